"""``loting demo``: the demonstration programme, without serving."""

import click


@click.command("demo")
@click.option("--reset", is_flag=True, help="Start over: throw the demonstration away first.")
def demo_command(reset: bool) -> None:
    """Play whole trials on real data through the real services, ending with the estimate.

    What was played before is kept and told again in the same words.
    """
    from migrations.runner import upgrade
    from trials.database import make_engine
    from web.demonstration.play import play
    from web.demonstration.resetting import throw_away
    from web.settings import read_settings

    settings = read_settings()
    engine = make_engine(settings.database_url)
    if reset:
        throw_away(engine, settings.var)
    upgrade(engine)
    play(engine, click.echo)
