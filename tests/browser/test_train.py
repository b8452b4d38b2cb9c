"""The Train page, as a visitor steers a run. Runs are small in number: a real `fast` run takes both cores."""

from tests.browser.train_page import (
    open_tab,
    press,
    status,
    step,
    stop,
    ticket,
    wait_for_status,
    wait_for_step,
    wall,
)


def hear(page):
    """What the live regions of Train say in three seconds of training: {count, steps}."""
    return page.evaluate(
        """async () => {
          let count = 0;
          const observer = new MutationObserver((changes) => (count += changes.length));
          const regions = "[role=status], [role=log], [role=alert], [aria-live]:not([aria-live=off])";
          for (const region of document.querySelectorAll(`.train :is(${regions})`)) {
            observer.observe(region, { childList: true, characterData: true, subtree: true });
          }
          const line = document.querySelector(".train .status");
          const steps = new Set();
          for (let i = 0; i < 30; i++) {
            steps.add(line.textContent);
            await new Promise((resolve) => setTimeout(resolve, 100));
          }
          return { count, steps: steps.size };
        }"""
    )


def test_start_pause_step_stop_in_words_for_screen_readers(open_page):
    page = open_tab(open_page())
    assert "real digits" in page.locator(".wall").get_attribute("aria-label")
    before = wall(page)
    press(page, "Start")
    wait_for_step(page, 10)
    assert "Training" in status(page)
    assert "forgeries" in page.locator(".wall").get_attribute("aria-label")
    assert wall(page) != before
    heard = hear(page)
    assert heard["steps"] > 2
    assert heard["count"] <= 4, "they hear at most another diagnosis, and no numbers"
    press(page, "Pause")
    wait_for_status(page, "Paused")
    said = "[...document.querySelector('.announcer').children].some((each) => each.textContent === 'Paused')"
    page.wait_for_function(said)  # another diagnosis may follow it
    paused = step(page)
    page.wait_for_timeout(600)
    assert step(page) == paused
    for name, sentence in (
        ("One step", None),
        ("Only D", "G holds still"),
        ("Only G", "D holds still"),
    ):
        at = step(page)
        press(page, name)
        wait_for_step(page, at)
        page.wait_for_timeout(400)
        assert step(page) == at + 1
        assert sentence is None or sentence in page.locator(".half").text_content()
    press(page, "Go on")
    wait_for_step(page, paused + 5)
    stop(page)
    wait_for_status(page, "Stopped")
    assert page.get_by_role("button", name="Start", exact=True).is_visible()


def test_slow_motion_lights_each_half_step(open_page):
    page = open_tab(open_page())
    page.get_by_label("Slow motion").check()
    for lit in ("d", "g"):
        page.wait_for_selector(f".side.{lit}.lit", timeout=120_000)
    wait_for_step(page, 2)
    assert step(page) < 8
    page.get_by_label("Slow motion").uncheck()
    assert page.locator(".side.lit").count() == 0
    stop(page)
    wait_for_status(page, "Stopped")


def test_what_breaks_is_named_and_mended_by_a_click(open_page):
    page = open_tab(open_page())
    page.locator(".lab summary").click()
    page.get_by_role("button", name="Run this failure").nth(1).click()
    mend = page.get_by_role("button", name="Start again, repaired")
    mend.wait_for(timeout=240_000)
    assert "it does not learn" in page.locator(".health-text").text_content()
    assert "The repair: D learns" in page.locator(".health-advice").text_content()
    mend.click()
    page.wait_for_selector(".health[data-name=healthy]", timeout=240_000)
    page.get_by_role("button", name="Run this failure").nth(1).click()
    press(page, "End your run and start this?")
    mend.wait_for(timeout=240_000)
    stop(page)
    wait_for_status(page, "Stopped")
    assert mend.is_hidden(), "a run that is over is not repaired"


def test_what_ends_a_run_is_pressed_twice(started):
    page = started
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        button = page.locator(".stop")
        before = button.bounding_box()
        button.click()
        assert button.text_content() == "Stop this run?"
        assert button.bounding_box() == before, "a button that asks stays under the pointer"
        button.press("Escape")
    page.locator(".lab summary").click()
    page.locator(".race summary").click()
    name = ticket(page)["name"]
    ends = (
        ("Stop", "Stop this run?"),
        ("Start both from step 0", "End your run and start both?"),
        ("Run this failure", "End your run and start this?"),
    )
    for label, question in ends:
        page.get_by_role("button", name=label, exact=True).first.click()
        asking = page.get_by_role("button", name=question)
        asking.wait_for()
        assert question in page.locator(".announcer").text_content()
        asking.press("Escape")
        page.get_by_role("button", name=label, exact=True).first.dblclick()  # asks, and is no answer to that
        asking.wait_for()
        page.locator(".train .seed").evaluate("field => field.closest('details').open = true")
        page.locator(".train .seed").focus()  # whoever goes elsewhere has not answered
        assert asking.count() == 0
    before = step(page)
    wait_for_step(page, before)
    assert ticket(page)["name"] == name
    page.get_by_role("button", name="Run this failure").first.click()
    page.get_by_role("button", name="End your run and start this?").click()
    page.wait_for_function("name => !localStorage.getItem('forger-run').includes(name)", arg=name)
    assert page.locator(".failure[aria-current]").count() == 1
    page.locator(".mine summary").click()  # and nothing is lost by it
    page.get_by_role("button", name="Go on: Small and fast").click()
    page.wait_for_function("name => localStorage.getItem('forger-run').includes(name)", arg=name)
    wait_for_step(page, before)
    wait_for_status(page, "Training")


def test_waiting_says_why(open_page):
    def hold(page):
        page.route("**/live/watch/**", lambda route: None)

    page = open_tab(open_page(prepare=hold))
    press(page, "Start")
    wait_for_status(page, "Getting ready")
    assert page.get_by_role("button", name="Pause", exact=True).is_disabled()
    words = page.evaluate(
        """async () => {
          const { viewOf } = await import("/web/train/status.js");
          const run = (snapshot) => ({ isMine: true, isOver: false, place: "server", snapshot });
          const said = (snapshot) => { const { word, reasons } = viewOf(run(snapshot), false);
            return `${word}: ${reasons.join()}`; };
          return [said({ status: "compiling", step: 0, message: "" }),
            said({ status: "running", step: 0, queue_position: 2, message: "" }),
            said({ status: "failed", step: 0, message: "the loss is not a number" })];
        }"""
    )
    assert words[0].startswith("Getting ready: the training program is being compiled")
    assert words[1].startswith("Waiting: 2 runs are before yours")
    assert "the loss is not a number" in words[2]


def test_every_setting_has_a_name_and_every_question_mark_leads_to_its_place_in_learn(open_page):
    page = open_tab(open_page())
    labels = page.evaluate(
        """async () => {
          const { createControls } = await import("/web/train/controls.js");
          const root = document.createElement("div");
          const ranges = { beta1: [0, 1], r1_gamma: [0, 9], some_new_number: [0, 1] };
          createControls(root, ranges, { r1_gamma: "How smooth D is" }, () => {}).follow({ beta1: 0.5 });
          return [...root.querySelectorAll("input")].map((input) => input.getAttribute("aria-label"));
        }"""
    )
    assert labels == ["Beta1", "How smooth D is", "Some new number"]
    assert "undefined" not in page.locator(".train").inner_text()
    for summary in page.locator(".train details summary:visible").all():
        summary.click()
    for label, place in (
        ("Autoencoders and GANs", "#learn-rivals"),
        ("Why training goes wrong", "#learn-hard"),
    ):
        page.get_by_role("tab", name="Train").click()
        page.get_by_role("button", name=label).click()
        page.wait_for_function(
            "place => Math.abs(document.querySelector(place).getBoundingClientRect().y) < 300", arg=place
        )


def test_a_data_set_is_fetched_when_a_visitor_asks(open_page):
    offer = {"name": "kmnist", "title": "Kuzushiji-MNIST", "status": "away", "megabytes": 18}
    offer |= {"done": 0, "total": 0, "message": "", "class_names": []}

    def fetch(route):
        offer.update(status="coming", done=4_000_000, total=18_000_000)
        route.fulfill(json={})

    def prepare(page):
        page.route("**/live/datasets", lambda route: route.fulfill(json=[offer]))
        page.route("**/live/fetch", fetch)
        page.route("**/live/reals?dataset=kmnist", lambda route: route.fulfill(body=bytes(64 * 28 * 28)))

    page = open_tab(open_page(prepare=prepare), "page")
    page.get_by_label("It learns from").select_option("Kuzushiji-MNIST (18 MB to download)")
    page.get_by_text("It is downloaded once, for all who come: 18 MB.").wait_for()
    assert page.locator(".train .where [value=server]").is_checked(), "the page does not have it"
    press(page, "Download it")
    page.get_by_text("Kuzushiji-MNIST is on its way … 4 of 18 MB").wait_for()
    assert page.locator(".library progress").is_visible()
    offer["status"] = "ready"
    page.locator(".library").wait_for(state="hidden")
    assert page.locator(".dataset option:checked").text_content() == "Kuzushiji-MNIST"
    page.get_by_text("64 real pictures: what the generator has to forge.").wait_for()
