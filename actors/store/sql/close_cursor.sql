-- for_each_missing_ref(), for_each_finding(): gives the materialized rows back.
CLOSE crossdock_cursor
