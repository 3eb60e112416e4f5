"""The notebook names another kernel and language, which a grader that obeys it would start: a kernel of the student's
own that a cell could install, or one that does not exist, so that the run breaks down on the grader's side.
"""


def write(draft):
    made = draft.notebook()
    made.metadata["kernelspec"] = {"name": "evil", "display_name": "Evil", "language": "bash"}
    made.metadata["language_info"] = {"name": "bash", "file_extension": "../../x", "mimetype": "text/html"}
    return made
