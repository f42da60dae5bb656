-- create_job(): the id, needed before the row for the name of a job's own scope.
SELECT nextval(pg_get_serial_sequence('crossdock.job', 'id'))
