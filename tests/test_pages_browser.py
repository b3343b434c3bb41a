"""Every page in a real browser: choose, open, share the address, go back, take the file away, and count.

The map has tests of its own. What leaves this machine is refused; a page asks for nothing else.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import grants_office
import offices
import pypdfium2
import pytest
from browser import Window, window
from offices import RunningOffice
from openpyxl import load_workbook
from playwright.sync_api import BrowserContext, Locator, Page, expect

from streamlit_app.texts import t, told

WAIT_MS = 40_000
PROVINCE, TAMBON = "นครศรีธรรมราช", "เกาะทวด"


@pytest.fixture(scope="module")
def desk(running_office: RunningOffice) -> Iterator[Window]:
    """A window of an administrator who has signed in."""
    cookies = dict(running_office.browser().cookies)
    with window(cookies=cookies, base_url=running_office.url, height=1500) as shown:
        shown.context.set_default_timeout(WAIT_MS)
        yield shown


@pytest.fixture(scope="module")
def elsewhere(desk: Window) -> Iterator[BrowserContext]:
    """Another browser, signed in as the same account."""
    assert desk.context.browser is not None
    context = desk.context.browser.new_context(
        storage_state=desk.context.storage_state(), viewport=desk.page.viewport_size
    )
    context.set_default_timeout(WAIT_MS)
    yield context
    context.close()


@pytest.fixture
def page(desk: Window) -> Iterator[Page]:
    """A new tab, on which nothing may go wrong and from which nobody else is asked."""
    yield desk.fresh().page
    assert desk.page.locator("[data-testid=stException]").count() == 0
    assert (desk.errors, desk.refused) == ([], [])


@pytest.fixture
def url(running_office: RunningOffice) -> str:
    """Where the office is."""
    return running_office.url


def done(page: Page) -> None:
    """Wait until the page's script has drawn all."""
    page.locator("[data-test-script-state=notRunning]").wait_for()


def said(page: Page, text: str | re.Pattern[str]) -> Locator:
    """Wait for a text on the page."""
    found = page.locator("[data-testid=stMain]").get_by_text(text).locator("visible=true").first
    found.wait_for()
    return found


def chooser(page: Page, label: str) -> Locator:
    """The list to choose from under a label, not one of before that still fades."""
    named = page.locator("label").filter(has_text=re.compile(f"^{re.escape(label)}$"))
    lists = page.locator("[data-stale=false] > [data-testid=stSelectbox]:visible")
    return lists.filter(has=named).locator("input")


def choose(page: Page, label: str, option: str) -> None:
    """Choose the first option with this text in it."""
    chooser(page, label).fill(option)  # a long list shows its first choices alone
    page.get_by_role("option").filter(has_text=option).first.click()


def chosen(page: Page, label: str, option: str) -> None:
    """Wait until a list shows this choice, ``""`` for none."""
    value = re.compile(re.escape(option)) if option else ""
    expect(chooser(page, label)).to_have_value(value, timeout=WAIT_MS)


def tables(page: Page) -> Locator:
    """The tables in sight."""
    return page.locator("[data-testid=stDataFrame]:visible")


def has_rows(page: Page, n: int, table: int = 0) -> None:
    """Wait until a table in sight has so many rows."""
    grid = tables(page).nth(table).locator("[role=grid]")
    expect(grid).to_have_attribute("aria-rowcount", str(n + 1), timeout=WAIT_MS)


def tick(page: Page, table: int = 0) -> None:
    """Choose the first row of a table in sight."""
    done(page)
    tables(page).nth(table).click(position={"x": 18, "y": 52})


def taken(page: Page, button: Locator, folder: Path) -> Path:
    """The file that a button gives."""
    with page.expect_download() as download:
        button.click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def lines(path: Path) -> int:
    """The rows of a CSV below its heading."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return len(list(csv.DictReader(handle)))


@contextmanager
def shared(page: Page, elsewhere: BrowserContext) -> Iterator[Page]:
    """The page's address in a new tab of another browser, which remembers nothing else."""
    other = elsewhere.new_page()
    try:
        other.goto(page.url)
        yield other
    finally:
        other.close()


def back(page: Page, gone: str) -> None:
    """The browser's back, once the page stands, to an address that lacks something."""
    done(page)
    page.go_back()
    page.wait_for_url(lambda address: gone not in address)
    done(page)


def number(text: str) -> int:
    """The first number of a text."""
    found = re.search(r"[\d,]+", text)
    assert found, text
    return int(found[0].replace(",", ""))


def test_records(page: Page, elsewhere: BrowserContext, url: str, tmp_path: Path) -> None:
    """Filtered and shared; the file has the table's rows; a record opened; back to the table, and to no
    filter."""
    page.goto(f"{url}/records?layer=pomelo_plot.points&area=8012")
    choose(page, t("filter.tambon"), TAMBON)
    page.wait_for_url("**area=801206**")
    done(page)
    n = number(said(page, re.compile(r"^พบ \d+ รายการ$")).inner_text())
    has_rows(page, n)
    page.get_by_text(t("export.title"), exact=True).click()
    assert lines(taken(page, page.get_by_role("link", name=t("export.csv"), exact=True), tmp_path)) == n
    page.keyboard.press("Escape")
    with shared(page, elsewhere) as other:
        said(other, t("records.found", n=n))
        chosen(other, t("filter.tambon"), TAMBON)
    tick(page)
    page.wait_for_url("**record=uuid**")
    said(page, t("records.back"))
    back(page, "record=")
    has_rows(page, n)
    back(page, "area=801206")
    chosen(page, t("filter.tambon"), "")


def test_indicators(page: Page, elsewhere: BrowserContext, url: str, tmp_path: Path) -> None:
    """A number by area; its file has the rows of its table; records behind it; back to where nothing was
    chosen; and the menu takes the area along."""
    page.goto(f"{url}/indicators")
    page.locator("[data-testid=stMetric]").first.wait_for()
    done(page)
    page.get_by_text(t("reference.title"), exact=True).click()
    targets = page.get_by_role("button", name=re.compile(t("reference.template", n="([0-9,]+)")[:14]))
    n = number(targets.inner_text())
    assert load_workbook(taken(page, targets, tmp_path)).active.max_row == n + 1
    choose(page, t("filter.province"), PROVINCE)
    page.wait_for_url("**area=80**")
    done(page)
    card = page.locator("[data-testid=stVerticalBlock]", has_text="5.1.1 ครัวเรือนที่ทำบัญชีครัวเรือน").last
    card.get_by_role("button", name=t("indicators.by_area")).click()
    page.wait_for_url("**indicator=**")
    page.get_by_test_id("stButtonGroup").get_by_text(t("level.tambon"), exact=True).click()
    page.wait_for_url("**level=tambon**")
    done(page)
    file = page.get_by_role("button", name=t("indicators.csv"))
    n = lines(taken(page, file, tmp_path))
    assert n > 1
    has_rows(page, n)
    with shared(page, elsewhere) as other:
        other.get_by_role("button", name=t("indicators.csv")).wait_for()
        has_rows(other, n)
    tick(page)
    said(page, re.compile(f"^{t('indicators.records', n='[0-9,]+')}$"))
    for name in ("level=", "indicator=", "area="):
        back(page, name)
    chosen(page, t("filter.province"), "")
    choose(page, t("filter.province"), PROVINCE)
    page.wait_for_url("**area=80**")
    page.get_by_role("link", name=t("page.papers")).click()
    page.wait_for_url("**/papers?**area=80**")
    chosen(page, t("filter.province"), PROVINCE)


def test_papers(page: Page, elsewhere: BrowserContext, url: str, tmp_path: Path) -> None:
    """A tambon's village papers: as many pages and sheets as the screen says, of one village one."""
    page.goto(f"{url}/papers?area=801206&paper=tambon_accounts")
    chosen(page, t("papers.paper"), "P03")
    choose(page, t("papers.paper"), "P02")
    page.wait_for_url("**paper=village_forum**")
    done(page)
    n = number(said(page, re.compile(r"^\d+ ฉบับ$")).inner_text())
    pdf = taken(page, page.get_by_role("button", name=t("papers.pdf")), tmp_path)
    book = taken(page, page.get_by_role("button", name=t("papers.xlsx")), tmp_path)
    assert (len(pypdfium2.PdfDocument(pdf)), len(load_workbook(book).sheetnames)) == (n, n)
    assert n > 1
    moo = page.get_by_label(t("papers.moo"))
    moo.fill("3")
    moo.press("Enter")
    page.wait_for_url("**moo=3**")
    said(page, re.compile(r"^1 ฉบับ$"))
    with shared(page, elsewhere) as other:
        said(other, re.compile(r"^1 ฉบับ$"))
        chosen(other, t("papers.paper"), "P02")
        expect(other.get_by_label(t("papers.moo"))).to_have_value("3")
    back(page, "moo=")
    said(page, re.compile(f"^{n} ฉบับ$"))
    back(page, "village_forum")
    chosen(page, t("papers.paper"), "P03")


def test_forums(page: Page, elsewhere: BrowserContext, url: str) -> None:
    """Another level's calendar; a meeting's decisions and its record."""
    page.goto(f"{url}/forums?area=8012")
    village, tambon = (t("forums.calendar", level=t(f"level.{one}")) for one in ("village", "tambon"))
    said(page, village)
    page.get_by_role("radiogroup").get_by_text(t("level.tambon"), exact=True).click()
    page.wait_for_url("**level=tambon**")
    said(page, tambon)
    with shared(page, elsewhere) as other:
        said(other, tambon)
    back(page, "level=")
    said(page, village)
    tick(page, table=1)
    said(page, t("forums.who_does_what"))
    with page.context.expect_page() as opened:
        page.get_by_role("link", name=t("forums.open")).click()
    said(opened.value, t("records.back"))
    opened.value.close()


def test_review(page: Page, elsewhere: BrowserContext, url: str) -> None:
    """A queue of one form in one tambon, shared; back to all of it."""
    page.goto(f"{url}/review?layer=land_case&area=8012")
    whole = number(said(page, re.compile(r"^พบ \d+ รายการ$")).inner_text())
    choose(page, t("filter.tambon"), TAMBON)
    page.wait_for_url("**area=801206**")
    done(page)
    n = number(said(page, re.compile(r"^พบ \d+ รายการ$")).inner_text())
    assert 0 < n < whole
    has_rows(page, n)
    with shared(page, elsewhere) as other:
        said(other, t("records.found", n=n))
    back(page, "area=801206")
    has_rows(page, whole)


def test_compare(page: Page, elsewhere: BrowserContext, url: str) -> None:
    """Another period on the right: the counts follow, in the other browser and on the way back too."""
    page.goto(f"{url}/compare?layer=pomelo_plot.plots")
    counts = re.compile(f"{t('compare.span')} [\\d,]+ · {t('compare.against')} [\\d,]+")
    before = said(page, counts).inner_text()
    choose(page, t("compare.against"), t("span.all"))
    page.wait_for_url("**against=**")
    done(page)
    after = said(page, counts).inner_text()
    assert after != before
    with shared(page, elsewhere) as other:
        said(other, after)
    back(page, "against=")
    said(page, before)


def test_plans(page: Page, elsewhere: BrowserContext, url: str) -> None:
    """A tambon's projects; one of them opened; back to all."""
    page.goto(f"{url}/plans?area=8012")
    demand = re.compile(t("plans.demand", n="X").replace("X", r"\d+"))
    whole = number(said(page, demand).inner_text())
    choose(page, t("filter.tambon"), TAMBON)
    page.wait_for_url("**area=801206**")
    done(page)
    n = number(said(page, demand).inner_text())
    assert 0 < n < whole
    has_rows(page, n)
    with shared(page, elsewhere) as other:
        said(other, t("plans.demand", n=n))
        has_rows(other, n)
    tick(page)
    page.get_by_role("button", name=t("plans.save")).locator("visible=true").first.wait_for()
    done(page)
    back(page, "area=801206")
    has_rows(page, whole)


def test_quality(page: Page, elsewhere: BrowserContext, url: str) -> None:
    """The records of one kind of flag, as many as it says; one is opened; back to the overview alone."""
    page.goto(f"{url}/quality")
    has_tables = tables(page)
    has_tables.first.wait_for()
    choose(page, t("quality.choose"), told("flag", "poor_accuracy", "th"))
    page.wait_for_url("**code=poor_accuracy**")
    done(page)
    n = number(chooser(page, t("quality.choose")).input_value().rpartition("(")[2])
    has_rows(page, n, table=1)
    with shared(page, elsewhere) as other:
        has_rows(other, n, table=1)
    tables(page).nth(1).hover(position={"x": 22, "y": 52})  # the link in its first column
    tables(page).nth(1).locator("[style*='cursor: pointer']").first.wait_for()
    with page.context.expect_page() as opened:
        tables(page).nth(1).click(position={"x": 22, "y": 52})
    said(opened.value, t("records.back"))
    opened.value.close()
    back(page, "code=")
    expect(has_tables).to_have_count(1, timeout=WAIT_MS)
    chosen(page, t("quality.choose"), "")


def test_keyin(page: Page, elsewhere: BrowserContext, url: str, tmp_path: Path) -> None:
    """Another form, shared, and back to the one before; its Excel template and a book for twelve months."""
    page.goto(f"{url}/keyin")
    form = chooser(page, t("keyin.form"))
    form.wait_for()
    done(page)
    before = form.input_value()
    choose(page, t("keyin.form"), "บันทึกเวที")
    page.wait_for_url("**form=**")
    with shared(page, elsewhere) as other:
        chosen(other, t("keyin.form"), "บันทึกเวที")
    back(page, "form=")
    chosen(page, t("keyin.form"), before)
    choose(page, t("keyin.form"), "บัญชีครัวเรือน")
    page.wait_for_url("**form=household_account**")
    done(page)
    page.get_by_role("tab", name=t("keyin.excel")).click()
    page.get_by_role("button", name=t("keyin.make_template")).click()
    book = load_workbook(taken(page, page.get_by_role("button", name=t("keyin.template")), tmp_path))
    labels = page.locator("[data-testid=stMain] label").all_inner_texts()
    headings = [str(one.value) for one in book["records"][1] if one.value]
    assert set(headings[1:]) <= {one.removesuffix(" *") for one in labels}
    page.get_by_role("tab", name=t("keyin.booklet")).click()
    page.get_by_role("button", name=t("keyin.booklet_make")).click()
    pdf = taken(page, page.get_by_role("button", name=t("keyin.booklet_download")), tmp_path)
    assert len(pypdfium2.PdfDocument(pdf)) >= 12  # a blank book of twelve months


def test_check(page: Page, url: str, tmp_path: Path) -> None:
    """A table with a wrong sum: one finding on the screen, and one in the file."""
    page.goto(f"{url}/check")
    table = "หมู่บ้าน,ชาย,หญิง,รวม\nม.1,10,12,22\nม.2,20,21,41\nม.3,5,6,12\nรวม,35,39,75\n"
    given = {"name": "people.csv", "mimeType": "text/csv", "buffer": table.encode()}
    page.locator("[data-testid=stFileUploader] input").set_input_files(files=[given])
    said(page, t("check.not_corrected"))
    n = int(tables(page).first.locator("[role=grid]").get_attribute("aria-rowcount") or 0) - 1
    book = load_workbook(taken(page, page.get_by_role("button", name=t("papers.xlsx")), tmp_path))
    assert n == sum(isinstance(row[0], int) for sheet in book for row in sheet.values) == 2


def test_the_office(page: Page, elsewhere: BrowserContext, url: str, tmp_path: Path) -> None:
    """A phone's code, a program's key, and the boundary set: what one browser adds another one lists; the
    receipts' file has as many as the screen tells."""
    page.goto(f"{url}/phones")
    page.get_by_text(t("phones.add"), exact=True).wait_for()
    done(page)
    add = page.locator("[data-testid=stExpander] details").filter(has_text=t("phones.add"))
    if add.get_attribute("open") is None:
        add.locator("summary").click()
    page.get_by_label(t("phones.name")).fill("โทรศัพท์ของเบราว์เซอร์")
    page.get_by_role("button", name=t("phones.add_button")).click()
    chosen(page, t("phones.people"), "โทรศัพท์ของเบราว์เซอร์")
    done(page)
    page.get_by_text(t("phones.show_qr"), exact=True).click()
    page.locator("[data-testid=stImage] img").first.wait_for()
    with shared(page, elsewhere) as other:
        chooser(other, t("phones.people")).click()
        other.get_by_role("option").filter(has_text="โทรศัพท์ของเบราว์เซอร์").first.wait_for()

    page.get_by_role("tab", name=t("phones.receipts")).click()
    received = said(page, re.compile(f"^{t('receipts.summary', n='[0-9,]+', wanting='[0-9,]+')}$"))
    n = number(received.inner_text())
    assert lines(taken(page, page.get_by_role("button", name=t("receipts.csv")), tmp_path)) == n

    page.goto(f"{url}/connect")
    page.get_by_label(t("connect.name")).fill("โปรแกรมของเบราว์เซอร์")
    page.get_by_role("button", name=t("connect.make")).click()
    said(page, re.compile("/ogc/key/"))
    with shared(page, elsewhere) as other:
        said(other, "โปรแกรมของเบราว์เซอร์")
        assert "/ogc/key/" not in other.locator("[data-testid=stMain]").inner_text()
    page.get_by_role("button", name=t("connect.revoke")).last.click()
    page.get_by_text("โปรแกรมของเบราว์เซอร์").wait_for(state="detached")

    page.goto(f"{url}/boundaries")
    tables(page).first.wait_for()
    page.get_by_role("tab", name=t("boundaries.report")).click()
    chooser(page, t("boundaries.name")).wait_for()


def test_bringing_a_table_in(page: Page, url: str, tmp_path: Path) -> None:
    """An office's own table gets its mapping, kept as a file; the look shows its rows and stores nothing."""
    page.goto(f"{url}/sources")
    said(page, t("sources.none"))
    table = "tambon,trees,variety\n801206,40,thong_di\n801206,12,khao_nam_phueng\n801202,7,thong_di\n"
    given = {"name": "plots.csv", "mimeType": "text/csv", "buffer": table.encode()}
    page.locator("[data-testid=stFileUploader] input").set_input_files(files=[given])
    page.get_by_role("button", name=t("upload.look")).click()
    said(page, t("upload.table_what"))
    done(page)
    choose(page, t("upload.form"), "pomelo_plot")
    keep = page.get_by_role("button", name=t("mapping.keep"))
    mapping = tomllib.loads(taken(page, keep, tmp_path).read_text("utf-8"))
    assert mapping["form"] == "pomelo_plot"
    done(page)
    page.get_by_role("button", name=t("upload.look")).click()
    said(page, t("upload.would_store", n=3))
    has_rows(page, 3)


def test_grants(desk: Window, tmp_path: Path) -> None:
    """As of a stated day: as many lines in the file; shared, and back to today."""
    with offices.opened(tmp_path / "data") as filled:
        grants_office.fill(filled)
    running = RunningOffice(tmp_path / "data").start()
    try:
        assert desk.context.browser is not None
        context = desk.context.browser.new_context()
        context.set_default_timeout(WAIT_MS)
        account = {"email": running.facts["admin"], "password": running.facts["password"]}
        context.request.post(f"{running.url}/signin", form=account)
        page = context.new_page()
        page.goto(f"{running.url}/grants")
        page.get_by_role("tab", name=t("grants.rows")).click()
        tables(page).first.wait_for()
        has_rows(page, 18)
        day = page.get_by_label(t("grants.as_of"))
        day.fill("31 ม.ค. 2564")
        day.press("Enter")
        page.wait_for_url("**as_of=2021-01-31**")
        has_rows(page, 1)  # of eighteen, which were approved in two meetings
        button = page.get_by_role("button", name=t("papers.xlsx")).locator("visible=true")
        book = load_workbook(taken(page, button, tmp_path))
        assert sum(isinstance(row[0], int) for sheet in book for row in sheet.values) == 1
        another = desk.context.browser.new_context(storage_state=context.storage_state())
        with shared(page, another) as other:
            expect(other.get_by_label(t("grants.as_of"))).to_have_value("31 ม.ค. 2564", timeout=WAIT_MS)
        back(page, "as_of=")
        has_rows(page, 18)
        assert page.locator("[data-testid=stException]").count() == 0
        for one in (context, another):
            one.close()
    finally:
        running.stop()
