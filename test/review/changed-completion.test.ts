import { describe, expect, it } from 'vitest';
import { readPatches } from '../../server/src/diff/read.js';
import { changedCompletion } from '../../server/src/review/changed-completion.js';

async function said(path: string, ...hunks: readonly string[]): Promise<readonly unknown[]> {
  const text = `--- a/${path}\n+++ b/${path}\n${hunks.map((one) => one.replace(/^\n/, '')).join('')}`;
  const read = await readPatches(Buffer.from(text));
  if (!read.ok) throw new Error(read.what);
  return changedCompletion(read.input.patches[0]!).map(({ line, reason }) => [
    line,
    /is changed at (.*), and the model/.exec(reason)?.[1],
  ]);
}

const DIO = 'fs/iomap/direct-io.c';

describe('the completion of direct I/O', () => {
  it('is changed by a task state that is set behind the test', async () => {
    const hunk = `
@@ -700,9 +700,9 @@ __iomap_dio_rw(struct kiocb *iocb, struct iov_iter *iter,
 		for (;;) {
-			set_current_state(TASK_UNINTERRUPTIBLE);
 			if (!READ_ONCE(dio->submit.waiter))
 				break;
 
+			set_current_state(TASK_UNINTERRUPTIBLE);
 			blk_io_schedule();
 		}
`;
    expect(await said(DIO, hunk)).toEqual([[9, 'set_current_state()']]);
  });

  it('is not changed by what a comment says of it', async () => {
    const hunk = `
@@ -170,4 +170,7 @@ static void iomap_dio_complete_work(struct work_struct *work)
 	struct kiocb *iocb = dio->iocb;
 
+	/*
+	 * Dropped by iocb->ki_complete() at last; until then queue_work() may
+	 * be called again: wake_up_process() comes later. */
 	iocb->ki_complete(iocb, iomap_dio_complete(dio));
 }
`;
    expect(await said(DIO, hunk)).toEqual([]);
  });

  it('is changed by a reference that is taken when the bio is on its way, hunks apart', async () => {
    const [taken, submitted] = [
      `
@@ -70,5 +70,4 @@ static void iomap_dio_submit_bio(const struct iomap_iter *iter,
 	struct kiocb *iocb = dio->iocb;
 
-	atomic_inc(&dio->ref);
 	/* Sync dio can't be polled reliably */
 	if ((iocb->ki_flags & IOCB_HIPRI))
`,
      `
@@ -80,4 +79,5 @@ static void iomap_dio_submit_bio(const struct iomap_iter *iter,
 	else
 		submit_bio(bio);
+	atomic_inc(&dio->ref);
 }
 
`,
    ];
    expect(await said(DIO, taken, submitted)).toEqual([[12, 'atomic_inc(&dio->ref)']]);
  });

  it('is changed where the issuer hears of it first: what stands in the arguments is done before the call', async () => {
    const hunk = `
@@ -170,5 +170,6 @@ static void iomap_dio_complete_work(struct work_struct *work)
 	struct kiocb *iocb = dio->iocb;
 
-	iocb->ki_complete(iocb, iomap_dio_complete(dio));
+	iocb->ki_complete(iocb, dio->size);
+	iomap_dio_complete(dio);
 }
`;
    expect(await said(DIO, hunk)).toEqual([[7, 'ki_complete()']]);
  });

  it('is changed where its end runs no more in a worker', async () => {
    const hunk = `
@@ -190,4 +190,3 @@ static void iomap_dio_done(struct iomap_dio *dio)
-		INIT_WORK(&dio->aio.work, iomap_dio_complete_work);
-		queue_work(inode->i_sb->s_dio_done_wq, &dio->aio.work);
+		iomap_dio_complete_work(&dio->aio.work);
 	}
 }
`;
    expect(await said(DIO, hunk)).toEqual([[5, 'queue_work()']]);
  });

  it('is the same in a function of its own, and by another name of the same', async () => {
    const hunk = `
@@ -150,8 +150,13 @@ ssize_t iomap_dio_complete(struct iomap_dio *dio)
+static void iomap_dio_done(struct iomap_dio *dio)
+{
+	WRITE_ONCE(dio->submit.waiter, NULL);
+	blk_wake_io_task(waiter);
+}
+
 static void iomap_dio_bio_end_io(struct bio *bio)
 {
 	if (atomic_dec_and_test(&dio->ref)) {
-		WRITE_ONCE(dio->submit.waiter, NULL);
-		wake_up_process(waiter);
+		iomap_dio_done(dio);
 	}
 }
`;
    expect(await said(DIO, hunk)).toEqual([]);
  });

  it('is none of other files', async () => {
    const hunk = `
@@ -10,3 +10,2 @@ static void demo_wait(struct demo *demo)
 	for (;;) {
-		set_current_state(TASK_UNINTERRUPTIBLE);
 		io_schedule();
`;
    expect(await said('fs/ext4/inode.c', hunk)).toEqual([]);
    expect(await said('fs/direct-io.c', hunk)).toEqual([[5, 'set_current_state()']]);
  });
});
