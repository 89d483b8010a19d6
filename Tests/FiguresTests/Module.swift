// Tests of Figures
