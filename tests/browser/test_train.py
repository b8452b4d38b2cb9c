import re


def open_tab(page):
    page.get_by_role("tab", name="Train").click()
    page.get_by_role("button", name="Start").wait_for()
    return page


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def step(page):
    found = re.search(r"step ([\d,]+)", page.locator(".status").text_content())
    return int(found[1].replace(",", "")) if found else 0


def wait_for_step(page, more_than):
    page.wait_for_function(
        """least => {
          const found = document.querySelector('.status').textContent.match(/step ([\\d,]+)/);
          return found && Number(found[1].replaceAll(',', '')) > least;
        }""",
        arg=more_than,
        timeout=60_000,
    )


def wait_for_status(page, word):
    page.wait_for_function(
        "word => document.querySelector('.status').textContent.startsWith(word)", arg=word, timeout=60_000
    )


def test_start_pause_step_stop(open_page):
    page = open_tab(open_page())
    wall = page.locator(".wall img")
    assert "real digits" in wall.get_attribute("alt")
    press(page, "Start")
    wait_for_step(page, 10)
    assert "Training" in page.locator(".status").text_content()
    assert "forged" in wall.get_attribute("alt")
    early = wall.get_attribute("src")
    wait_for_step(page, step(page) + 10)
    assert wall.get_attribute("src") != early
    assert page.locator(".chart path[d^=M]").count() == 4
    press(page, "Pause")
    wait_for_status(page, "Paused")
    paused = step(page)
    page.wait_for_timeout(800)
    assert step(page) == paused
    press(page, "Step")
    wait_for_step(page, paused)
    page.wait_for_timeout(800)
    assert step(page) == paused + 1
    press(page, "Start")
    wait_for_step(page, paused + 5)
    press(page, "Stop")
    wait_for_status(page, "Stopped")


def test_step_begins_a_run_of_one_step(open_page):
    page = open_tab(open_page())
    press(page, "Step")
    wait_for_status(page, "Paused")
    page.wait_for_timeout(600)
    assert step(page) == 1
    press(page, "Stop")
    wait_for_status(page, "Stopped")


def test_a_second_visitor_does_not_wait_and_sees_nothing_of_the_first(open_page):
    first, second = open_tab(open_page()), open_tab(open_page())
    press(first, "Start")
    wait_for_step(first, 5)
    assert "Press Start" in second.locator(".status").text_content()
    press(second, "Start")
    wait_for_step(second, 5)
    before = step(first)
    wait_for_step(first, before)
    for page in (first, second):
        press(page, "Stop")
        wait_for_status(page, "Stopped")


def test_nothing_is_sent_to_a_tab_that_was_left(open_page):
    page = open_tab(open_page())
    press(page, "Start")
    wait_for_step(page, 5)
    page.get_by_role("tab", name="Explore").click()
    page.wait_for_timeout(1000)
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    page.wait_for_timeout(1500)
    assert not requests
    before = step(page)
    open_tab(page)
    wait_for_step(page, before)
    press(page, "Stop")
    wait_for_status(page, "Stopped")


def test_a_reload_finds_the_run_again(open_page):
    page = open_tab(open_page())
    press(page, "Start")
    wait_for_step(page, 20)
    before = step(page)
    page.reload()
    open_tab(page)
    wait_for_step(page, before)
    press(page, "Stop")
    wait_for_status(page, "Stopped")
