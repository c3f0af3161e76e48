"""The one blueprint of this folder; its views stand in a module per subject."""

from flask import Blueprint

bp = Blueprint("agreements", __name__, template_folder="templates")
