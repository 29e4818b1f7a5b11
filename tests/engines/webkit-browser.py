#!/usr/bin/python3
"""The least browser around WebKitGTK that its WebDriver can open, with a profile that stays.

WebKit's own MiniBrowser keeps nothing on the disk once it is automated.
"""

import sys

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import Gtk, WebKit2  # noqa: E402

profile = sys.argv[1]
manager = WebKit2.WebsiteDataManager(base_data_directory=profile, base_cache_directory=f"{profile}/cache")
context = WebKit2.WebContext(website_data_manager=manager)
context.get_cookie_manager().set_persistent_storage(f"{profile}/cookies", WebKit2.CookiePersistentStorage.SQLITE)
context.set_automation_allowed(True)
policies = WebKit2.WebsitePolicies(autoplay=WebKit2.AutoplayPolicy.ALLOW)


def open_view(_session):
    view = WebKit2.WebView(web_context=context, is_controlled_by_automation=True, website_policies=policies)
    window = Gtk.Window(default_width=1024, default_height=800)
    window.add(view)
    window.connect("destroy", lambda _window: Gtk.main_quit())
    window.show_all()
    return view


def start(_context, session):
    info = WebKit2.ApplicationInfo()
    info.set_name("vidfab")
    info.set_version(WebKit2.get_major_version(), WebKit2.get_minor_version(), WebKit2.get_micro_version())
    session.set_application_info(info)
    session.connect("create-web-view", open_view)


context.connect("automation-started", start)
Gtk.main()
