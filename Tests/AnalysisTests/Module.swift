// Tests of Analysis
