// Tests of Notebooks
