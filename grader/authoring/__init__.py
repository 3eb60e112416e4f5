"""From a solution notebook and its rubric to the student notebook."""
