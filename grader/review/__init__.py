"""`grader review`: a local page on which staff read submissions, write comments and give points.

In the order in which a request meets them: `door` says who may come in, `server` takes requests and gives answers,
`shown` draws the pages, `cells` makes an executed notebook fit to be shown, and `desk` knows what is on the pages and
what a form does to the gradebook.
"""

from grader.review.desk import Desk
from grader.review.server import ReviewServer

__all__ = ["Desk", "ReviewServer"]
