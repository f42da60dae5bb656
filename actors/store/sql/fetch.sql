-- for_each_missing_ref(), for_each_finding(): the next piece.
FETCH FORWARD 1000 FROM crossdock_cursor
