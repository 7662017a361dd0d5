// Loaded into the server and its threads (`node --expose-gc --import`): what is left in memory is what is in use.

setInterval(() => globalThis.gc(), 200).unref();
