"""The long statistical runs of ``make evidence``: false alarms, coverage, calibration. By hand; results in docs."""
