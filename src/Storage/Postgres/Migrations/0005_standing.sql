-- Standing jobs take no place among those of their organization, and do not wait behind them.
CREATE INDEX job_standing ON job (due, n) WHERE status = 0 AND standing;
