"""The one blueprint of estimates and report."""

from flask import Blueprint

bp = Blueprint("reports", __name__, template_folder="templates")
