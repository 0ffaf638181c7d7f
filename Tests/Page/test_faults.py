"""Servers that go, streams that are slow or break: the page says so, keeps what came, and goes on."""

import pytest
from conftest import Server, wait_for_response
from playwright.sync_api import expect
from proxy import Proxy
from test_jobs import TREE_JOB, create


@pytest.fixture
def proxy(server: Server):
    proxy = Proxy(server.upstream, own_files=True)
    yield proxy
    proxy.close()


def test_a_broken_stream_keeps_what_came_and_goes_on(open_page, proxy):
    page = open_page(proxy.address)
    before = page.locator(".step-rows .step").count()
    assert before > 2
    proxy.cut_after = 8
    page.click('.prompt-form button:has-text("Run")')
    page.wait_for_selector(".explore > .notice.failed:has-text('The connection broke')")
    page.wait_for_selector("text=What had come until then is shown")
    page.wait_for_selector(".step-rows .step")
    page.click('button:has-text("Go on from what came")')
    page.wait_for_selector(".node.leaf:has-text('#1')")
    page.goto(f"{proxy.address}#explore")
    page.click('.prompt-form button:has-text("Run")')
    wait_for_response(page)


def test_a_slow_stream_is_shown_as_it_comes_and_can_be_stopped(open_page, proxy):
    page = open_page(proxy.address)
    proxy.delay = 0.05
    page.click('.prompt-form button:has-text("Run")')
    page.wait_for_selector(".explore > .notice.busy")
    page.wait_for_selector('.step[data-step="1"]')
    page.wait_for_selector(".tail:not([hidden])")
    page.click('.explore > .notice button:has-text("Stop")')
    page.wait_for_selector(".explore .summary .failed:has-text('Stopped')")
    expect(page.locator(".prompt-form button.main")).to_be_enabled()


def test_a_page_opened_before_its_server_waits_for_it(open_page, server):
    proxy = Proxy("127.0.0.1:9", own_files=True)
    try:
        page = open_page(proxy.address, ready=False)
        page.wait_for_selector(".notice.failed:has-text('cannot be reached')")
        proxy.upstream = server.upstream
        wait_for_response(page)
        expect(page.locator("main > .notice:visible")).to_have_count(0)
    finally:
        proxy.close()


def test_a_job_is_followed_across_a_restart(open_page, tmp_path):
    server = Server(tmp_path)
    try:
        proxy = Proxy(server.upstream, own_files=True)
        job = create(server, TREE_JOB | {"steps": 8})
        page = open_page(f"{proxy.address}#jobs/{job}", ready=False)
        page.wait_for_selector(".events li:has-text('step 1')", timeout=120_000)
        server.kill()
        page.wait_for_selector(".notice.failed:has-text('Trying again')")
        server.start()
        page.wait_for_selector(".job-report .state.succeeded", timeout=240_000)
        expect(page.locator(".events li:has-text('step 8 ')").first).to_be_visible()
        expect(page.locator(".job-report").locator("..").locator(".notice.failed:visible")).to_have_count(0)
    finally:
        server.stop()
        proxy.close()
