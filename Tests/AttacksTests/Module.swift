// Tests of Attacks
