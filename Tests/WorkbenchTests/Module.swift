// Tests of Workbench
