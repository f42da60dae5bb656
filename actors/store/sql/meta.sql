-- fold_deltas() when nothing waited: the meta as it is. Reads only.
SELECT meta::text FROM crossdock.job WHERE id = $1
