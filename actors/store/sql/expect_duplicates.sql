-- commit_stage(): the first duplicate was met; from here on the job's batches are merged.
UPDATE crossdock.job SET import_merges = true WHERE id = $1
