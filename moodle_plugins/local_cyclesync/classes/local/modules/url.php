<?php
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

namespace local_cyclesync\local\modules;

use local_cyclesync\local\refusal;
use local_cyclesync\local\request;

/**
 * Links. An address that starts with {wwwroot} is one of this site.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class url extends adapter {
    /** What stands for the address of the site. */
    private const ROOT = '{wwwroot}';

    #[\Override]
    public function types(): array {
        return ['externalurl' => 'html'];
    }

    #[\Override]
    public function defaults(): array {
        return [];
    }

    #[\Override]
    public function read(\stdClass $instance, \stdClass $cm, array $extra): array {
        global $CFG;
        $address = (string) $instance->externalurl;
        $inside = $address === $CFG->wwwroot || str_starts_with($address, $CFG->wwwroot . '/');
        return ['externalurl' => $inside ? self::ROOT . substr($address, strlen($CFG->wwwroot)) : $address];
    }

    /**
     * Put the site's address in place of what stands for it.
     *
     * @param string $address as sent
     * @return string
     */
    private static function expand(string $address): string {
        global $CFG;
        return str_starts_with($address, self::ROOT) ? $CFG->wwwroot . substr($address, strlen(self::ROOT)) : $address;
    }

    #[\Override]
    public function check(array $fields, request $request, ?\stdClass $instance): void {
        $address = isset($fields['externalurl']) ? self::expand($fields['externalurl']) : null;
        if ($address !== null && (!preg_match('#^(https?://|mailto:)#i', $address) || clean_param($address, PARAM_URL) === '')) {
            throw new refusal('invalid', 'not an address: ' . $fields['externalurl']);
        }
    }

    #[\Override]
    public function fill_new(\stdClass $info, array $fields, request $request, \stdClass $course): void {
        global $CFG;
        require_once($CFG->libdir . '/resourcelib.php');
        $info->externalurl = self::expand($fields['externalurl']);
        $info->display = RESOURCELIB_DISPLAY_OPEN;
        $info->printintro = 1;
    }

    #[\Override]
    public function fill_existing(\stdClass $info, array $changes, request $request, \stdClass $cm): void {
        self::spread_display_options($info);
        $parameters = unserialize_array((string) $info->parameters);
        foreach (array_keys(is_array($parameters) ? $parameters : []) as $i => $name) {
            $info->{"parameter_$i"} = $name;
            $info->{"variable_$i"} = $parameters[$name];
        }
        if (isset($changes['externalurl'])) {
            $info->externalurl = self::expand($changes['externalurl']);
        }
    }
}
