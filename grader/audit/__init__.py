"""Mutation testing for rubrics: solutions with one mistake each, graded, to see whether the rubric catches them."""
