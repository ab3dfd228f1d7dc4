"""The web application of the review: an ASGI application, made by :func:`create_app`."""

from weaklabel.review.app.application import create_app
from weaklabel.review.app.limits import Rate, RateLimits
from weaklabel.review.app.site import Site

__all__ = ["Rate", "RateLimits", "Site", "create_app"]
