"""The web application: it translates between HTTP and the services, and decides nothing."""

from importlib import import_module
from urllib.parse import urlsplit

from flask import Flask, current_app, g, request
from flask_wtf import CSRFProtect
from sqlalchemy import Engine

from trials.database import make_engine
from web.access import allow_upload, guard, protect, refuse_nul
from web.addresses import read_addresses
from web.errors import handle_errors
from web.formats import add_filters
from web.headers import send_headers
from web.icons import icon
from web.languages import LANGUAGES, current_language, label, start_languages
from web.life import STOPS, stop_of
from web.logs import start_logs
from web.settings import Settings
from web.visitor import read_deployment, receive_visitors

FOLDERS = (  # each has views.py with ``bp`` or, where one blueprint will not do, ``init_app(app)``
    "home",
    "desk",
    "people",
    "register",
    "calls",
    "agreements",
    "signups",
    "measurements",
    "draws",
    "delivery",
    "releases",
    "reports",
    "evidence",
    "api",
)


def create_app(settings: Settings, engine: Engine | None = None) -> Flask:
    """Return the application on ``engine``, by default the database of the settings.

    Raises ``SettingsError`` when a real programme has no secret of its own.
    """
    engine = engine or make_engine(settings.database_url)
    demonstration, clock = read_deployment(engine)
    app = Flask(__name__, static_folder="static", template_folder="templates")
    app.config.update(_configuration(settings, demonstration=demonstration))
    app.config.update(LOTING=settings, DEMONSTRATION=demonstration, CLOCK=clock)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    read_addresses(app)  # before any address is registered
    start_logs(app)
    app.before_request(allow_upload)  # before anything reads the body
    receive_visitors(app, engine)
    app.before_request(guard)
    app.before_request(refuse_nul)
    start_languages(app)
    add_filters(app)
    app.jinja_env.globals.update(life_stops=STOPS, stop_of=stop_of, icon=icon)
    app.context_processor(_what_templates_know)
    CSRFProtect(app)
    _register_folders(app)
    handle_errors(app)  # after the folders: the last handler of a kind counts
    send_headers(app, secure=not demonstration)
    protect(app)
    return app


def _configuration(settings: Settings, *, demonstration: bool) -> dict[str, object]:
    secure = not demonstration
    return {
        "SECRET_KEY": settings.secret_for(demonstration=demonstration),
        "MAX_CONTENT_LENGTH": 1024 * 1024,  # bytes; views that take a file raise it
        "PREFERRED_URL_SCHEME": "https" if secure else "http",
        "SESSION_COOKIE_NAME": "__Host-loting" if secure else "loting",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "TRUSTED_HOSTS": [urlsplit(settings.public_url).hostname, "localhost", "127.0.0.1"],
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session, or a long form would be lost
    }


def _register_folders(app: Flask) -> None:
    for folder in FOLDERS:
        views = import_module(f"web.{folder}.views")
        if hasattr(views, "init_app"):
            views.init_app(app)
        else:
            app.register_blueprint(views.bp)


def _what_templates_know() -> dict[str, object]:
    settings: Settings = current_app.config["LOTING"]
    language = current_language()
    actor = g.get("actor")
    return {
        "settings": settings,
        "programme": settings.programme_nl if language == "nl" else settings.programme_en,
        "demonstration": current_app.config["DEMONSTRATION"],
        "language": language,
        "languages": LANGUAGES,
        "here": request.full_path.rstrip("?") if request.method == "GET" else "/",
        "actor": actor,
        "person": g.get("person"),
        "roles_in_words": ", ".join(sorted({label(held.role) for held in actor.roles}))
        if actor
        else "",
        "now": g.get("now"),
    }
