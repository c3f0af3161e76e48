"""``loting serve``: the web server."""

import click
from waitress import serve

from web.app import create_app
from web.background import run_jobs, stop_jobs
from web.settings import Settings, SettingsError, read_settings

LOOPBACK = ("127.0.0.1", "localhost", "::1")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
def serve_command(host: str, port: int) -> None:
    """Serve the pages until stopped with Ctrl-C."""
    try:
        app = create_app(read_settings())
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    if app.config["DEMONSTRATION"] and host not in LOOPBACK:
        raise click.ClickException(
            "a demonstration is served on this machine only: --host 127.0.0.1"
        )
    click.echo(f"http://{host}:{port}")
    run_jobs(app)
    try:
        proxy = proxy_settings(app.config["LOTING"])
        serve(app, host=host, port=port, threads=8, ident=None, **proxy)
    finally:
        stop_jobs()


def proxy_settings(settings: Settings) -> dict[str, object]:
    """What is forwarded counts from the one trusted proxy only, and is cleared from others."""
    if settings.trusted_proxy is None:
        return {"clear_untrusted_proxy_headers": True}
    return {
        "trusted_proxy": settings.trusted_proxy,
        "trusted_proxy_count": 1,
        "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"},
        "clear_untrusted_proxy_headers": True,
    }
