-- merge_meta(meta, patch): one atomic change of a job's meta.
--
--   patch = {"remove": [key, …], "set": {…}, "incr": {…}, "max": {…}, "nested": {…}}, parts optional
--
--   remove  the key goes away
--   set     the key gets this value, whatever it had
--   incr    the key grows by this number; absent counts as 0
--   max     the key becomes the larger of both numbers; absent takes the value
--   nested  the object is merged in, level by level; leaves and arrays replace, other keys stay
--
-- They take effect in this order, and a key may stand under one of them only. JSON null is a value
-- like any other: neither a number to count on nor an object to merge into.
-- Counters named *_processed and *_exported start at 0 and never decrease, whatever the operation.
--
-- Anything else is refused with SQLSTATE XD001 and a text that names the key; nothing is changed.
--
-- Use it on the row's own meta only, UPDATE job SET meta = merge_meta(meta, …): a sub-select would
-- read the statement's snapshot and lose what a concurrent writer has just committed.

CREATE FUNCTION crossdock.check_meta_patch(patch jsonb) RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  operation text;
  part      jsonb;
  wanted    text;
  twice     text;
  bad       text;
BEGIN
  IF jsonb_typeof(patch) IS DISTINCT FROM 'object' THEN
    RAISE EXCEPTION 'a meta patch must be an object' USING ERRCODE = 'XD001';
  END IF;
  FOR operation, part IN SELECT * FROM jsonb_each(patch) LOOP
    IF operation NOT IN ('remove', 'set', 'incr', 'max', 'nested') THEN
      RAISE EXCEPTION 'meta patch: unknown operation "%"', operation USING ERRCODE = 'XD001';
    END IF;
    wanted := CASE operation WHEN 'remove' THEN 'array' ELSE 'object' END;
    IF jsonb_typeof(part) <> wanted THEN
      RAISE EXCEPTION 'meta patch: "%" must be an %', operation, wanted USING ERRCODE = 'XD001';
    END IF;
    IF operation IN ('incr', 'max') THEN
      SELECT key INTO bad FROM jsonb_each(part) WHERE jsonb_typeof(value) <> 'number' LIMIT 1;
      IF FOUND THEN
        RAISE EXCEPTION 'meta patch: "%" of key "%" must be a number', operation, bad
          USING ERRCODE = 'XD001';
      END IF;
    ELSIF operation = 'nested' THEN
      SELECT key INTO bad FROM jsonb_each(part) WHERE jsonb_typeof(value) <> 'object' LIMIT 1;
      IF FOUND THEN
        RAISE EXCEPTION 'meta patch: nested of key "%" must be an object', bad
          USING ERRCODE = 'XD001';
      END IF;
    ELSIF operation = 'remove' THEN
      IF EXISTS (SELECT FROM jsonb_array_elements(part) WHERE jsonb_typeof(value) <> 'string') THEN
        RAISE EXCEPTION 'meta patch: "remove" must hold key names only' USING ERRCODE = 'XD001';
      END IF;
    END IF;
  END LOOP;

  SELECT key INTO twice FROM crossdock.meta_patch_keys(patch)
  GROUP BY key HAVING count(*) > 1 OR key = '' LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION '%', CASE twice WHEN '' THEN 'an empty meta key'
      ELSE format('meta key "%s" stands under two operations', twice) END USING ERRCODE = 'XD001';
  END IF;
END $$;

-- Every key of a patch, once per operation.
CREATE FUNCTION crossdock.meta_patch_keys(patch jsonb) RETURNS TABLE (key text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT DISTINCT jsonb_array_elements_text(patch -> 'remove')
  UNION ALL SELECT jsonb_object_keys(patch -> 'set')
  UNION ALL SELECT jsonb_object_keys(patch -> 'incr')
  UNION ALL SELECT jsonb_object_keys(patch -> 'max')
  UNION ALL SELECT jsonb_object_keys(patch -> 'nested')
$$;

-- The number at a key, null when there is none; refuses anything but a number.
CREATE FUNCTION crossdock.meta_number(meta jsonb, key text, operation text) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
  IF NOT meta ? key THEN
    RETURN NULL;
  ELSIF jsonb_typeof(meta -> key) <> 'number' THEN
    RAISE EXCEPTION '% of meta key "%", which is not a number', operation, key
      USING ERRCODE = 'XD001';
  END IF;
  RETURN (meta ->> key)::numeric;
END $$;

CREATE FUNCTION crossdock.meta_sum(meta jsonb, key text, delta numeric) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  old numeric := coalesce(crossdock.meta_number(meta, key, 'incr'), 0);
BEGIN
  -- Integers stay within what every reader can hold; they never wrap and never lose digits.
  IF old = trunc(old) AND abs(old) < 18446744073709551616
     AND old + delta NOT BETWEEN -9223372036854775808 AND 9223372036854775807 THEN
    RAISE EXCEPTION 'incr of meta key "%" leaves the 64-bit range', key USING ERRCODE = 'XD001';
  END IF;
  RETURN old + delta;
END $$;

CREATE FUNCTION crossdock.deep_merge(base jsonb, addition jsonb, path text) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  result jsonb := base;
  key    text;
  value  jsonb;
BEGIN
  IF jsonb_typeof(base) <> 'object' THEN
    RAISE EXCEPTION 'nested into meta key "%", which is not an object', path
      USING ERRCODE = 'XD001';
  END IF;
  FOR key, value IN SELECT * FROM jsonb_each(addition) LOOP
    IF base ? key AND jsonb_typeof(value) = 'object' THEN
      value := crossdock.deep_merge(base -> key, value, path || '.' || key);
    END IF;
    result := result || jsonb_build_object(key, value);
  END LOOP;
  RETURN result;
END $$;

CREATE FUNCTION crossdock.check_counters(before jsonb, after jsonb, patch jsonb) RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  key text;
BEGIN
  FOR key IN SELECT k.key FROM crossdock.meta_patch_keys(patch) k
             WHERE right(k.key, 10) = '_processed' OR right(k.key, 9) = '_exported' LOOP
    IF coalesce(jsonb_typeof(after -> key), 'absent') <> 'number'
       OR (after ->> key)::numeric < coalesce(crossdock.meta_number(before, key, 'change'), 0) THEN
      RAISE EXCEPTION 'meta key "%" is a counter that never decreases', key USING ERRCODE = 'XD001';
    END IF;
  END LOOP;
END $$;

CREATE FUNCTION crossdock.merge_meta(meta jsonb, patch jsonb) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  result jsonb := meta;
  key    text;
  value  jsonb;
BEGIN
  IF jsonb_typeof(meta) IS DISTINCT FROM 'object' THEN
    RAISE EXCEPTION 'meta must be an object' USING ERRCODE = 'XD001';
  END IF;
  PERFORM crossdock.check_meta_patch(patch);

  result := result - ARRAY(SELECT jsonb_array_elements_text(patch -> 'remove'));
  result := result || coalesce(patch -> 'set', '{}');
  FOR key, value IN SELECT * FROM jsonb_each(patch -> 'incr') LOOP
    result := result || jsonb_build_object(
      key, crossdock.meta_sum(meta, key, (value #>> '{}')::numeric));
  END LOOP;
  FOR key, value IN SELECT * FROM jsonb_each(patch -> 'max') LOOP
    result := result || jsonb_build_object(
      key, greatest(crossdock.meta_number(meta, key, 'max'), (value #>> '{}')::numeric));
  END LOOP;
  FOR key, value IN SELECT * FROM jsonb_each(patch -> 'nested') LOOP
    result := result || jsonb_build_object(
      key, crossdock.deep_merge(coalesce(meta -> key, '{}'), value, key));
  END LOOP;

  PERFORM crossdock.check_counters(meta, result, patch);
  RETURN result;
END $$;

-- Several patches, one after the other. Null or none: meta as it is.
CREATE FUNCTION crossdock.merge_all(meta jsonb, patches jsonb[]) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  patch jsonb;
BEGIN
  FOREACH patch IN ARRAY coalesce(patches, '{}') LOOP
    meta := crossdock.merge_meta(meta, patch);
  END LOOP;
  RETURN meta;
END $$;
