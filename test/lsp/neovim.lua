-- What a Neovim user of the server gets: opens the file named by the first argument after `--`, with the server
-- started by the rest, and prints one JSON object of what came.

local file = arg_file
local buffer = vim.fn.bufadd(file)
vim.fn.bufload(buffer)
vim.api.nvim_set_current_buf(buffer)

local client = vim.lsp.start_client({ name = 'dio-ordering', cmd = server_command, root_dir = vim.fn.getcwd() })
vim.lsp.buf_attach_client(buffer, client)

local function wait(what, ready)
  if not vim.wait(60000, ready, 50) then error(what .. ' did not come') end
end

local function request(method, params)
  local answers = assert(vim.lsp.buf_request_sync(buffer, method, params, 60000))
  return answers[client] and answers[client].result
end

wait('a diagnostic', function() return #vim.diagnostic.get(buffer) > 0 end)
local diagnostics = vim.diagnostic.get(buffer)
local line = diagnostics[1].lnum
vim.api.nvim_win_set_cursor(0, { line + 1, 2 })

local here = vim.lsp.util.make_position_params(0, 'utf-16')
local hover = request('textDocument/hover', here)

-- This version draws no inlay hints by itself: they become virtual text at the end of their lines.
local hints = request('textDocument/inlayHint', {
  textDocument = here.textDocument,
  range = { start = { line = 0, character = 0 }, ['end'] = { line = vim.fn.line('$'), character = 0 } },
})
local space = vim.api.nvim_create_namespace('dio-ordering-hints')
for _, hint in ipairs(hints) do
  vim.api.nvim_buf_set_extmark(buffer, space, hint.position.line, 0, { virt_text = { { hint.label, 'Comment' } } })
end
local drawn = {}
for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(buffer, space, 0, -1, { details = true })) do
  table.insert(drawn, { line = mark[2], text = mark[4].virt_text[1][1] })
end

local actions = request('textDocument/codeAction', {
  textDocument = here.textDocument,
  range = { start = here.position, ['end'] = here.position },
  context = { diagnostics = vim.lsp.diagnostic.get_line_diagnostics(buffer, line) },
})
local reply
for _, action in ipairs(actions) do
  if action.title:match('^Copy as mail reply') then reply = request('workspace/executeCommand', action.command) end
end

-- The patch is taken away under the cursor: the diagnostics go with it.
vim.api.nvim_buf_set_lines(buffer, 0, -1, false, { 'no patch any more' })
wait('the end of the diagnostics', function() return #vim.diagnostic.get(buffer) == 0 end)

vim.lsp.stop_client(client)
wait('the end of the server', function() return vim.lsp.client_is_stopped(client) end)

local found = {}
for _, one in ipairs(diagnostics) do
  table.insert(found, { line = one.lnum, severity = one.severity, code = one.code or one.user_data.lsp.code })
end
local titles = vim.tbl_map(function(action) return action.title end, actions)
io.stdout:write(vim.json.encode({
  diagnostics = found,
  line = vim.fn.json_encode(line),
  hover = hover.contents.value,
  drawn = drawn,
  actions = titles,
  reply = reply,
}))
