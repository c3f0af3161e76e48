"""Forms about results."""

from web.forms import Form


class PublishForm(Form):
    """Nothing to fill in: what is published is the final report and the planned estimate."""
