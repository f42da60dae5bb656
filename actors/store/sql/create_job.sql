-- create_job(): a queued job. In a scope that has entities already, its imports expect to meet some
-- of them; a wrong guess costs one repeated batch, never correctness.
INSERT INTO crossdock.job (id, scope_id, workflow, workflow_digest, config, source, output,
                           barrier_group, types, import_merges)
OVERRIDING SYSTEM VALUE
VALUES ($1, $2, $3, $4, $5::jsonb, $6, $7, $8, $9::jsonb,
        EXISTS (SELECT FROM crossdock.entity WHERE scope_id = $2))
