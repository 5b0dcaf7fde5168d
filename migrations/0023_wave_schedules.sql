-- How a wave goes out is its schedule; a plan is what an organisation changes to close gaps.
ALTER TABLE wave_plans RENAME TO wave_schedules;
