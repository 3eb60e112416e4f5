"""What `grader init` starts a course from; the templates and week 1 are added when the package is built."""
