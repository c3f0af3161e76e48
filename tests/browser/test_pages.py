"""Pages that are there before anything has happened, in both languages."""

import pytest
from playwright.sync_api import Page, expect


@pytest.mark.parametrize("code", ["nl", "en"])
@pytest.mark.parametrize(("path", "name"), [("/", "home"), ("/nowhere", "missing")])
def test_a_public_page_passes(site, page: Page, look_at, path, name, code):
    page.goto(f"{site.url}/language/{code}?next={path}")

    expect(page.locator("html")).to_have_attribute("lang", code)
    look_at(page, f"{name}-{code}")
