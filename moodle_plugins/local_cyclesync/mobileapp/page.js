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
 * Run by the Moodle app with the page « Où j'en suis »: whoever comes back to it, from a deposit for one, reads what is true now.
 *
 * The app would show what it read last for up to twenty minutes; so the page, once shown, is read anew, once. Without a network
 * it stays as it is. The app calls a function ionViewDidEnter that is there too early without arguments and fails: hence the timer.
 *
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

const readAnew = () => {
    window.localCyclesyncReading = true;
    this.refreshContent(false);
};

setTimeout(() => {
    this.ionViewDidEnter = readAnew;
    if (window.localCyclesyncReading) {
        window.localCyclesyncReading = false;
    } else {
        readAnew();
    }
});
