-- merge_meta(): computed from the row's own meta, so that concurrent merges queue on the row and
-- none is lost (migrations/0002_merge_meta.sql).
UPDATE crossdock.job SET meta = crossdock.merge_meta(meta, $2::jsonb), updated_at = now()
WHERE id = $1
RETURNING meta::text
