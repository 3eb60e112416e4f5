"""What goes into the zip of a Gradescope autograder, besides the course and this package."""
