#!/bin/sh
# Vérifier une preuve du registre, hors ligne : sh verifier.sh [DOSSIER]
# Deuxième vérificateur, écrit à part du premier : sh, awk, od et openssl suffisent. Code de sortie : 0 conforme, 1 non.
set -u
cd "${1:-$(dirname "$0")}" || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
status=0

say() { # say CODE TEXTE
    if [ "$1" -eq 0 ]; then echo "oui  $2"; else echo "NON  $2"; status=1; fi
}
unhex() { # hexadécimal sur l'entrée, octets sur la sortie
    # shellcheck disable=SC2059
    printf "$(tr -d ' \n' | tr A-F a-f | awk '{ d = "0123456789abcdef"
        for (i = 1; i < length($0); i += 2)
            printf "\\%03o", 16 * (index(d, substr($0, i, 1)) - 1) + index(d, substr($0, i + 1, 1)) - 1 }')"
}
hexof() { od -An -v -tx1 | tr -d ' \n'; }
digest() { openssl dgst -sha256 -binary; }
node() { printf '01%s%s' "$1" "$2" | unhex | digest | hexof; } # node GAUCHE DROITE
b64() { openssl base64 -d -A; }

read_seal() { # read_seal FICHIER : met origin, size, root
    origin=$(sed -n 1p "$1"); size=$(sed -n 2p "$1"); root=$(sed -n 3p "$1" | b64 | hexof)
    case $size in '' | *[!0-9]*) size=0; root=illisible ;; esac
}
check_seal() { # check_seal FICHIER CLÉ
    awk '/^$/ { exit } { print }' "$1" > "$work/message"
    awk 'seen { print } /^$/ { seen = 1 }' "$1" > "$work/lines"
    raw=$(sed '1d;$d' "$2" | tr -d '\n' | b64 | hexof | awk '{ print substr($0, length($0) - 63) }')
    { printf '%s\n\001' "$(sed -n 1p "$1")"; printf '%s' "$raw" | unhex; } | digest | hexof | cut -c1-8 > "$work/key"
    while read -r line; do
        printf '%s' "${line##* }" | b64 | hexof > "$work/sig.hex"
        [ "$(cut -c1-8 "$work/sig.hex")" = "$(cat "$work/key")" ] || continue
        cut -c9- "$work/sig.hex" | unhex > "$work/sig"
        openssl pkeyutl -verify -pubin -inkey "$2" -rawin -in "$work/message" -sigfile "$work/sig" \
            > /dev/null 2>&1 && return 0
    done < "$work/lines"
    return 1
}
check_line() { # check_line NOM
    leaf=$({ printf '\000'; cat "$1.json"; } | digest | hexof)
    seq=$(sed 's/.*"seq":\([0-9]*\).*/\1/' "$1.json")
    read -r index of < "$1.preuve"
    [ "$of" = "$size" ] && [ "$index" = "$seq" ] || return 1
    last=$((size - 1)); found=$leaf
    for other in $(sed 1d "$1.preuve"); do
        [ "$last" -gt 0 ] || return 1
        if [ $((index % 2)) -eq 1 ] || [ "$index" -eq "$last" ]; then
            found=$(node "$other" "$found")
            while [ "$index" -gt 0 ] && [ $((index % 2)) -eq 0 ]; do index=$((index / 2)); last=$((last / 2)); done
        else
            found=$(node "$found" "$other")
        fi
        index=$((index / 2)); last=$((last / 2))
    done
    [ "$last" -eq 0 ] && [ "$found" = "$root" ]
}
check_revealed() { # check_revealed NOM
    found=$(openssl dgst -sha256 -mac HMAC -macopt "hexkey:$(tr -d '\n' < "$1.sel")" -binary "$1.contenu.json" | hexof)
    grep -q "\"commitment\":\"$found\"" "$1.json"
}
check_earlier() { # le registre prolonge le scellé antérieur ; later et later_root sont ceux du scellé
    read -r place of < anterieur.preuve
    [ "$of" = "$later" ] || return 1
    hashes=$(sed 1d anterieur.preuve)
    if [ "$size" -eq "$later" ]; then [ -z "$hashes" ] && [ "$root" = "$later_root" ]; return; fi
    power=1; while [ "$power" -lt "$size" ]; do power=$((power * 2)); done
    [ "$power" -eq "$size" ] && hashes="$root $hashes"
    place=$((size - 1)); last=$((later - 1)); old=
    while [ $((place % 2)) -eq 1 ]; do place=$((place / 2)); last=$((last / 2)); done
    for other in $hashes; do
        if [ -z "$old" ]; then old=$other; new=$other; continue; fi
        [ "$last" -gt 0 ] || return 1
        if [ $((place % 2)) -eq 1 ] || [ "$place" -eq "$last" ]; then
            old=$(node "$other" "$old"); new=$(node "$other" "$new")
            while [ "$place" -gt 0 ] && [ $((place % 2)) -eq 0 ]; do place=$((place / 2)); last=$((last / 2)); done
        else
            new=$(node "$new" "$other")
        fi
        place=$((place / 2)); last=$((last / 2))
    done
    [ "$last" -eq 0 ] && [ "$old" = "$root" ] && [ "$new" = "$later_root" ]
}

read_seal scelle.checkpoint
check_seal scelle.checkpoint cle-publique.pem; say $? "scellé du registre « $origin », $size lignes, signé par la clé"
for proof in ligne-*.preuve; do
    [ -e "$proof" ] || continue
    name=${proof%.preuve}
    check_line "$name"; say $? "$name"
    if [ -e "$name.contenu.json" ]; then check_revealed "$name"; say $? "contenu révélé de $name"; fi
done
if [ -e anterieur.checkpoint ]; then
    later=$size; later_root=$root; later_origin=$origin
    read_seal anterieur.checkpoint
    key=cle-publique.pem; [ -e cle-publique-anterieure.pem ] && key=cle-publique-anterieure.pem
    [ "$origin" = "$later_origin" ] && check_seal anterieur.checkpoint "$key"
    say $? "scellé antérieur, $size lignes, signé par la clé"
    check_earlier; say $? "le registre prolonge le scellé antérieur"
fi
if [ "$status" -eq 0 ]; then echo CONFORME; else echo "NON CONFORME"; fi
exit "$status"
