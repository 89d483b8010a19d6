// Tests of Objectives
