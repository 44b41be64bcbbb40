// This file is part of Moodle - https://moodle.org/
//
// Moodle is free software: you can redistribute it and/or modify
// it under the terms of the GNU General Public License as published by
// the Free Software Foundation, either version 3 of the License, or
// (at your option) any later version.
//
// Moodle is distributed in the hope that it will be useful,
// but WITHOUT ANY WARRANTY; without even the implied warranty of
// MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE.  See the
// GNU General Public License for more details.
//
// You should have received a copy of the GNU General Public License
// along with Moodle.  If not, see <https://www.gnu.org/licenses/>.

/**
 * Run by the Moodle app when a person signs in: a link to « Où j'en suis » opens in the app, where it would open a browser.
 *
 * The first activity of the course is such a link. The page is that of every promotion of the person, mostly one.
 *
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

const app = this;
const page = /\/local\/cyclesync\/me\.php(\?(?!.*receipt=)|#|$)/; // A receipt is a file: it is for the browser.

app.CoreContentLinksDelegate.registerHandler({
    name: 'LocalCyclesyncMe',
    priority: 100,
    handles: (url) => page.test(url),
    getSiteUrl: (url) => page.test(url) ? url.substring(0, url.search(page)) : undefined,
    getActions: () => [{
        action: (siteId) => app.CoreNavigatorService.navigateToSitePath('siteplugins/content/local_cyclesync/me/0', {
            params: {title: 'plugin.local_cyclesync.me'},
            siteId,
        }),
    }],
});
