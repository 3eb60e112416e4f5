"""Grading on pull requests: `grader ci` grades what a branch changed, `grader ci publish` tells the pull request.

The first half (`changes`, `grading`, `outputs`) runs where the submission is, with no rights. The second one
(`artifact`, `api`, `publish`) runs with the right to comment, and believes the first nothing but a checked record.
"""
