// Tests of Runs
