-- Every new session. Several commands: not prepared.
SET client_encoding = 'UTF8';
SET client_min_messages = 'warning';
-- A process that stops in the middle of a transaction must not hold its rows for ever.
SET idle_in_transaction_session_timeout = '5min';
SET lock_timeout = '1min';
-- Claims walk an index in delivery order and stop early. Without fresh statistics the planner would
-- rather fetch a whole lane and sort it, every time; and compile short statements at great length.
SET enable_bitmapscan = off;
-- A plan that was kept from when a table was small would read it whole for every entity, once large.
SET plan_cache_mode = force_custom_plan;
SET jit = off;
