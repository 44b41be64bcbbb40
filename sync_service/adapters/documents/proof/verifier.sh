#!/bin/sh
# Vérifier une preuve du registre, hors ligne : sh verifier.sh [DOSSIER]
# Deuxième vérificateur, écrit à part du premier : sh, awk, od et openssl 3 suffisent ; d’openssl plus ancien, bc prend le
# relais pour la signature. Code de sortie : 0 conforme, 1 non, 2 si cette machine n’a pas de quoi vérifier la signature.
set -u
LC_ALL=C; export LC_ALL
unchecked() { # unchecked CE QUI MANQUE : ne rien dire de la preuve
    echo "NON VÉRIFIÉ : cette machine n’a pas de quoi $1, ou lancez"
    echo "python3 verifier.py, qui n’a besoin de rien d’autre."
}
for tool in awk cat cut dirname grep mktemp od openssl sed sort tail tr wc; do
    command -v "$tool" > /dev/null 2>&1 || { unchecked "vérifier une preuve : $tool y manque. Installez-le"; exit 2; }
done
cd "${1:-$(dirname "$0")}" || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
status=0; blind=0

say() { # say CODE TEXTE
    case $1 in
    0) echo "oui  $2" ;;
    2) echo "?    $2"; blind=1 ;;
    *) echo "NON  $2"; status=1 ;;
    esac
}
unhex() { # hexadécimal sur l'entrée, octets sur la sortie
    # shellcheck disable=SC2059
    printf "$(tr -d ' \n' | tr A-F a-f | awk '{ d = "0123456789abcdef"
        for (i = 1; i < length($0); i += 2)
            printf "\\%03o", 16 * (index(d, substr($0, i, 1)) - 1) + index(d, substr($0, i + 1, 1)) - 1 }')"
}
hexof() { od -An -v -tx1 | tr -d ' \n'; }
digest() { openssl dgst -sha256 -binary | hexof; }
node() { printf '01%s%s' "$1" "$2" | unhex | digest; } # node GAUCHE DROITE
b64() { openssl base64 -d -A; }
reversed() { awk '{ for (i = length($0) - 1; i > 0; i -= 2) printf "%s", substr($0, i, 2) }' | tr a-f A-F; }
pad() { # pad CLÉ CHIFFRE CHIFFRE : la clé d’un HMAC, complétée à 64 octets, « ou exclusif » deux chiffres
    echo "$1" | awk -v a="$2" -v b="$3" '{ d = "0123456789abcdef"; a = index(d, a) - 1; b = index(d, b) - 1
        for (i = 1; i <= 128; i++) { v = index(d, substr($0, i, 1)) - 1; if (v < 0) v = 0; w = i % 2 ? a : b; x = 0
            for (p = 8; p >= 1; p = p / 2) { m = v >= p; n = w >= p; if (m != n) x += p; v -= m * p; w -= n * p }
            printf "%s", substr(d, x + 1, 1) } }'
}
hmac() { # hmac CLÉ FICHIER (RFC 2104)
    inner=$({ pad "$1" 3 6 | unhex; cat "$2"; } | digest)
    { pad "$1" 5 c; printf '%s' "$inner"; } | unhex | digest
}
ed25519() { # ed25519 CLÉ MESSAGE SIGNATURE : RFC 8032, 5.1.7, en bc, pour openssl d’avant 3.0 ; hexadécimal, fichier, fichier
    signature=$(hexof < "$3"); [ "${#signature}" -eq 128 ] || return 1
    first=$(echo "$signature" | cut -c1-64); second=$(echo "$signature" | cut -c65-)
    hash=$({ printf '%s%s' "$first" "$1" | unhex; cat "$2"; } | openssl dgst -sha512 -binary | hexof | reversed)
    { echo "ibase=16"; echo "u=$(echo "$1" | reversed)"; echo "k=$hash"
        echo "r=$(echo "$first" | reversed)"; echo "s=$(echo "$second" | reversed)"
        cat << 'END'
ibase=A
scale=0; p=2^255-19
l=2^252+27742317777372353535851937790883648493
define m(a) {
a=a%p; if(a<0)a=a+p
return(a)
}
define e(b,n) {
auto o
o=1; b=m(b)
while(n>0) { if(n%2==1)o=o*b%p; b=b*b%p; n=n/2; }
return(o)
}
d=m(-121665*e(121666,p-2))
define x(y,g) {
auto q,w,x
q=m(y*y-1); w=m(d*y*y+1)
x=m(q*e(w,3)*e(q*e(w,7),(p-5)/8))
if(m(w*x*x-q)!=0)x=m(x*e(2,(p-1)/4))
if(m(w*x*x-q)!=0)return(-1)
if(x%2!=g)x=p-x
return(x)
}
define a(i,j,n) {
auto q,w,c,z,e,f,g,h
q=m((v[i+1]-v[i])*(v[j+1]-v[j])); w=m((v[i+1]+v[i])*(v[j+1]+v[j]))
c=m(2*d*v[i+3]*v[j+3]); z=m(2*v[i+2]*v[j+2])
e=w-q; f=z-c; g=z+c; h=w+q
v[n]=m(e*f); v[n+1]=m(g*h); v[n+2]=m(f*g); v[n+3]=m(e*h)
return(0)
}
define t(n,i) {
auto o
while(n>0) { if(n%2==1)o=a(0,i,0); o=a(i,i,i); n=n/2; }
return(0)
}
v[0]=0; v[1]=1; v[2]=1; v[3]=0
v[5]=m(4*e(5,p-2)); v[4]=x(v[5],0); v[6]=1; v[7]=m(v[4]*v[5])
g=u/2^255; v[9]=u%2^255
y=x(v[9],g); v[8]=m(-y); v[10]=1; v[11]=m(v[8]*v[9])
o=t(s,4)
o=t(k%l,8)
z=e(v[2],p-2); x=m(v[0]*z); c=m(v[1]*z)+(x%2)*2^255
n=0; if(c==r)n=1; if(s>=l)n=0; if(y<0)n=0; if(v[9]>=p)n=0
n
END
    } | bc 2> /dev/null | grep -q '^1$'
}
verified() { # verified CLÉ OCTETS_DE_LA_CLÉ : la signature de $work/sig est-elle celle de $work/message ? 2 : rien ici ne sait le dire
    if openssl pkeyutl -help 2>&1 | grep -q -e -rawin; then
        openssl pkeyutl -verify -pubin -inkey "$1" -rawin -in "$work/message" -sigfile "$work/sig" > /dev/null 2>&1
    elif command -v bc > /dev/null 2>&1; then
        ed25519 "$2" "$work/message" "$work/sig"
    else
        return 2
    fi
}

shape() { # shape FICHIER : est-il là, et de la forme exacte de ceux de sa sorte ?
    [ -f "$1" ] && [ -r "$1" ] && [ "$(tail -c 1 "$1" | hexof)" = 0a ] || return 1
    [ "$(tr -d '\000\r' < "$1" | wc -c)" -eq "$(wc -c < "$1")" ] || return 1
    awk -v kind="${1##*.}" -v dash="— " '
        function number(t) { return t ~ /^[0-9]+$/ && t !~ /^0./ && length(t) < 19 }
        function hexa(t) { return length(t) == 64 && t !~ /[^0-9a-f]/ }
        function base64(t, n, e) { n = length(t); if (n == 0 || n % 4) return 0
            e = t ~ /[=][=]$/ ? 2 : t ~ /[=]$/ ? 1 : 0
            if (e && substr(t, n - e, 1) !~ (e == 2 ? "[AQgw]" : "[AEIMQUYcgkosw048]")) return 0
            return substr(t, 1, n - e) !~ /[^A-Za-z0-9+\/]/ }
        function long(t, n) { return length(t) == n && base64(t) && t ~ /[^=][=]$/ }
        kind == "sel" { if (NR > 1 || !hexa($0)) bad = 1 }
        kind == "preuve" && NR == 1 { if (NF != 2 || $0 != $1 " " $2 || !number($1) || !number($2)) bad = 1 }
        kind == "preuve" && NR > 1 { if (!hexa($0)) bad = 1 }
        kind == "pem" && NR == 2 { if (!long($0, 60) || index($0, "MCowBQYDK2VwAyEA") != 1) bad = 1 }
        kind == "pem" && NR != 2 { if ($0 != "-----" (NR == 1 ? "BEGIN" : "END") " PUBLIC KEY-----") bad = 1 }
        kind != "checkpoint" { next }
        after { rest = substr($0, length(dash) + 1); n = split(rest, part, " ")
            if (index($0, dash) != 1 || n != 2 || rest != part[1] " " part[2] || !base64(part[2])) bad = 1; signs++ }
        $0 == "" { if (NR < 4) bad = 1; after = 1 }
        NR == 2 { if (!number($0)) bad = 1 }
        NR == 3 { if (!long($0, 44)) bad = 1 }
        END { exit bad || NR == 0 || (kind == "pem" && NR != 3) || (kind == "checkpoint" && !signs) }' "$1"
}
read_seal() { # read_seal FICHIER : met origin, size, root
    origin=$(sed -n 1p "$1"); size=$(sed -n 2p "$1"); root=$(sed -n 3p "$1" | b64 | hexof)
}
check_seal() { # check_seal FICHIER CLÉ
    awk '/^$/ { exit } { print }' "$1" > "$work/message"
    awk 'seen { print } /^$/ { seen = 1 }' "$1" > "$work/lines"
    raw=$(sed -n 2p "$2" | b64 | hexof | cut -c25-)
    { printf '%s\n\001' "$(sed -n 1p "$1")"; printf '%s' "$raw" | unhex; } | digest | cut -c1-8 > "$work/key"
    while read -r line; do
        [ "${line% *}" = "— $(sed -n 1p "$1")" ] || continue
        printf '%s' "${line##* }" | b64 | hexof > "$work/sig.hex"
        [ "$(cut -c1-8 "$work/sig.hex")" = "$(cat "$work/key")" ] || continue
        cut -c9- "$work/sig.hex" | unhex > "$work/sig"
        verified "$2" "$raw"
        return
    done < "$work/lines"
    return 1
}
check_line() { # check_line NOM
    leaf=$({ printf '\000'; cat "$1.json"; } | digest)
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
    [ -e "$1.sel" ] || return 1
    found=$(hmac "$(cat "$1.sel")" "$1.contenu.json")
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
check_lost() { # une ligne jointe dit-elle que le registre a perdu, à une restauration, ce que le scellé antérieur couvre ?
    while read -r name; do
        [ -e "$name.json" ] && [ "$(field type "$name.json")" = register.restored ] || continue
        seq=$(sed 's/.*"seq":\([0-9]*\).*/\1/' "$name.json"); act=$name.json
        longest=$(sed -n 's/.*"data":{[^}]*"size":\([0-9]*\).*/\1/p' "$act")
        [ -n "$longest" ] && [ "$seq" -le "$size" ] || continue
        [ "$seq" -lt "$size" ] && [ "$size" -lt "$longest" ] && return 0
        [ "$size" -eq "$longest" ] && [ "$root" = "$(field root "$act")" ] && return 0
    done < "$work/names"
    return 1
}

label() { # label TYPE : son nom en français
    case $1 in
    referential.published) echo "Référentiel publié" ;;
    promotion.opened) echo "Promotion ouverte" ;;
    promotion.closed) echo "Promotion close" ;;
    session.planned) echo "Session de formation planifiée" ;;
    session.changed) echo "Session de formation modifiée" ;;
    session.cancelled) echo "Session de formation annulée" ;;
    mapping.recorded) echo "Correspondance enregistrée" ;;
    candidate.created) echo "Stagiaire créé(e)" ;;
    identity.linked) echo "Compte Moodle rattaché" ;;
    identity.corrected) echo "Identité rectifiée" ;;
    enrolment.recorded) echo "Inscription validée" ;;
    enrolment.suspended) echo "Inscription suspendue" ;;
    enrolment.resumed) echo "Inscription reprise" ;;
    enrolment.withdrawn) echo "Sortie de la promotion" ;;
    enrolment.transferred) echo "Transfert de promotion" ;;
    enrolment.completed) echo "Formation terminée" ;;
    exemption.granted) echo "Dispense accordée" ;;
    eligibility.signalled) echo "Condition d’accès signalée" ;;
    activity.observed) echo "Relevé Moodle : activité" ;;
    grade.observed) echo "Relevé Moodle : résultat" ;;
    scorm.observed) echo "Relevé Moodle : contenu SCORM" ;;
    submission.observed) echo "Relevé Moodle : dépôt" ;;
    enrolment.observed) echo "Relevé Moodle : inscription au cours" ;;
    account.observed) echo "Relevé Moodle : compte" ;;
    source.vanished) echo "Relevé disparu de Moodle" ;;
    source.reappeared) echo "Relevé revenu dans Moodle" ;;
    halfday.recorded) echo "Demi-journée enregistrée" ;;
    halfday.corrected) echo "Demi-journée rectifiée" ;;
    signin_sheet.filed) echo "Feuille d’émargement déposée" ;;
    workplace.attested) echo "Mise en application attestée" ;;
    dossier.opened) echo "Dossier ouvert" ;;
    piece.received) echo "Pièce reçue" ;;
    piece.withdrawn) echo "Pièce retirée" ;;
    dossier.submitted) echo "Dossier transmis" ;;
    dossier.reviewed) echo "Dossier contrôlé" ;;
    dossier.incomplete_notified) echo "Dossier incomplet, candidat(e) averti(e)" ;;
    dossier.declared_complete) echo "Dossier déclaré complet" ;;
    dossier.declared_admissible) echo "Dossier déclaré recevable" ;;
    dossier.declared_inadmissible) echo "Dossier déclaré irrecevable" ;;
    dossier.derogation) echo "Dérogation accordée" ;;
    dossier.sealed_for_jury) echo "Dossier remis au jury" ;;
    reminder.sent) echo "Rappel envoyé" ;;
    jury.constituted) echo "Jury constitué" ;;
    jury.member_recused) echo "Membre du jury déporté" ;;
    jury.convened) echo "Jury convoqué" ;;
    candidate.convened) echo "Candidat(e) convoqué(e)" ;;
    candidate.jury_presence) echo "Présence devant le jury" ;;
    jury.view_frozen) echo "État vu par le jury figé" ;;
    jury.decision) echo "Décision du jury" ;;
    minutes.drawn_up) echo "Procès-verbal établi" ;;
    minutes.signed) echo "Procès-verbal signé" ;;
    decision.notified) echo "Décision notifiée" ;;
    certificate.number_reserved) echo "Numéro de certificat réservé" ;;
    certificate.number_spoiled) echo "Numéro de certificat annulé avant délivrance" ;;
    certificate.signed) echo "Certificat signé" ;;
    certificate.issued) echo "Certificat délivré" ;;
    certificate.handed_over) echo "Certificat remis" ;;
    certificate.refused) echo "Certificat non délivré" ;;
    certificate.duplicate) echo "Duplicata délivré" ;;
    certificate.corrected) echo "Certificat rectifié" ;;
    certificate.withdrawn) echo "Certificat retiré" ;;
    certificate.annulled) echo "Certificat annulé par le juge" ;;
    appeal.received) echo "Recours reçu" ;;
    appeal.decided) echo "Recours décidé" ;;
    material_error.found) echo "Erreur matérielle constatée" ;;
    document.issued) echo "Document émis" ;;
    export.produced) echo "Fichier produit" ;;
    access.requested) echo "Demande d’accès reçue" ;;
    access.served) echo "Demande d’accès satisfaite" ;;
    restriction.set) echo "Traitement limité" ;;
    elimination.proposed) echo "Élimination proposée" ;;
    elimination.approved) echo "Élimination visée" ;;
    vault.key_destroyed) echo "Clé du fichier des identités détruite" ;;
    archive.transferred) echo "Versement aux archives" ;;
    register.opened) echo "Registre ouvert" ;;
    register.restored) echo "Registre restauré" ;;
    key.changed) echo "Clé changée" ;;
    clock.moved_back) echo "Horloge reculée" ;;
    integrity.broken) echo "Intégrité rompue" ;;
    correction) echo "Mention rectificative" ;;
    act.proposed) echo "Acte proposé, en attente d’une seconde personne" ;;
    member.addresses_noted) echo "Adresses de membres du jury notées" ;;
    *) echo "type plus récent que ce programme" ;;
    esac
}
field() { # field NOM FICHIER : un champ de texte de la ligne
    sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" "$2"
}
moment() { # moment 2027-03-17T09:12:00.000Z
    echo "$1" | awk '{ print substr($0, 9, 2) "/" substr($0, 6, 2) "/" substr($0, 1, 4) " à " substr($0, 12, 2) " h " \
        substr($0, 15, 2) " (UTC)" }'
}
counted() { if [ "$1" -gt 1 ]; then echo "$1 ${2}s"; else echo "$1 $2"; fi; } # counted NOMBRE MOT
code() { # code FEUILLE : les 60 premiers bits, par 5
    echo "$1" | awk '{ h = "0123456789abcdef"; a = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; bits = ""
        for (i = 1; i <= 15; i++) { v = index(h, substr($0, i, 1)) - 1
            for (p = 8; p >= 1; p = p / 2) { b = int(v / p); bits = bits b; v = v - b * p } }
        for (i = 0; i < 12; i++) { v = 0; for (j = 1; j <= 5; j++) v = v * 2 + substr(bits, 5 * i + j, 1)
            printf "%s%s", (i == 4 || i == 8) ? "-" : "", substr(a, v + 1, 1) } }'
}
conclude() { # ce qui est prouvé, et ce qui ne l’est pas
    echo; echo "Ce qui est prouvé :"
    echo "- Quand le registre avait $(counted "$top" ligne), $(counted "$lines" ligne) ci-dessus y étaient,"
    echo "  telles qu’elles ont été écrites."
    sort -u "$work/numbers" > "$work/each"
    while read -r number; do
        echo "- Certificat n° $number, dans l’ordre : $(awk -F '\t' -v n="$number" '$1 == n {
            printf "%s%s", some ? " ; " : "", $2; some = 1 }' "$work/story")."
    done < "$work/each"
    if [ "$revealed" -gt 0 ]; then
        echo "- Le contenu révélé est celui que le service avait enregistré : le nom qui s’y lit est celui de ces"
        echo "  lignes."
    fi
    echo; echo "Ce qui ne l’est pas :"
    if [ "$revealed" -eq 0 ]; then
        echo "- De qui il s’agit : aucun nom n’est joint. Le service peut révéler ce que les lignes protègent"
        echo "  (--reveal)."
    fi
    if [ -s "$work/each" ]; then
        echo "- Qu’aucune autre ligne ne nomme ce certificat (retrait, annulation, rectification, duplicata) : le"
        echo "  service déclare avoir joint toutes celles qui existaient à $(counted "$top" ligne), et une preuve ne montre que ce"
        echo "  qu’elle contient. Le registre entier le montre : « cyclesync ledger export », puis, dans son dossier,"
        echo "  « python3 verifier.py --certificat N° ». Rien ici ne dit ce qui a été écrit depuis."
    fi
    if [ "$lost" -eq 1 ]; then
        echo "- Ce que disaient les lignes perdues : le registre dit combien, les pièces signées disent quoi."
    fi
    echo "- Que ce qui est écrit est vrai : les pièces signées en font foi, et le registre les désigne."
}

for file in *.checkpoint *.pem *.preuve *.sel scelle.checkpoint cle-publique.pem; do
    case $file in '*'.*) continue ;; esac
    shape "$file" && continue
    echo "NON  Le fichier $file manque, ou n’est pas tel qu’il a été remis."; echo "NON CONFORME"; exit 1
done
read_seal scelle.checkpoint
top=$size; lines=0; revealed=0; lost=0; : > "$work/numbers"; : > "$work/story"
case $origin in demo/*) printf 'SPÉCIMEN – démonstration : personnes, dates et décisions fictives.\n\n' ;; esac
check_seal scelle.checkpoint cle-publique.pem
say $? "Le scellé du registre « $origin », $(counted "$size" ligne), est signé par la clé jointe."
for file in ligne-*; do
    [ -e "$file" ] && echo "${file%%.*}"
done | sort -u > "$work/names"
[ -s "$work/names" ] || say 1 "Aucune ligne n’est jointe : rien n’est prouvé."
while read -r name; do
    missing=
    for end in preuve json; do [ -e "$name.$end" ] || missing=$name.$end; done
    if [ -n "$missing" ]; then say 1 "Le fichier $missing manque : rien n’est prouvé de cette ligne."; continue; fi
    check_line "$name"; good=$?
    kind=$(field type "$name.json"); number=$(field number "$name.json"); what=$(label "$kind")
    say "$good" "La ligne $seq – $what ($kind), écrite le $(moment "$(field recorded_at "$name.json")") – est au registre."
    lines=$((lines + 1))
    if [ -n "$number" ]; then
        echo "$number" >> "$work/numbers"; printf '%s\t%s (ligne %s)\n' "$number" "$what" "$seq" >> "$work/story"
    fi
    [ "$kind" = certificate.number_reserved ] && echo "     certificat n° $number, code de vérification $(code "$leaf")"
    if [ -e "$name.contenu.json" ]; then
        check_revealed "$name"; say $? "Le contenu révélé de la ligne $seq est celui que la ligne annonçait."
        revealed=$((revealed + 1))
    fi
done < "$work/names"
if [ -e anterieur.checkpoint ]; then
    later=$size; later_root=$root; later_origin=$origin
    read_seal anterieur.checkpoint
    key=cle-publique.pem; [ -e cle-publique-anterieure.pem ] && key=cle-publique-anterieure.pem
    [ "$origin" = "$later_origin" ] && check_seal anterieur.checkpoint "$key"
    say $? "Le scellé antérieur, $(counted "$size" ligne), est signé par la clé."
    if [ -e anterieur.preuve ]; then
        check_earlier; say $? "Le registre prolonge le scellé antérieur : rien n’y a été changé ni retiré entre les deux."
    elif check_lost; then
        lost=1; end=; [ "$size" -lt "$longest" ] && end=", dont la racine n’est comparée à rien"
        when=$(moment "$(field recorded_at "$act")"); gone=$((longest - seq)); [ "$gone" -gt 0 ] || gone=1; gone=$(counted "$gone" ligne)
        say 0 "La restauration du $when, ligne $seq, a perdu $gone et le dit : elle explique le scellé antérieur$end."
    else
        say 1 "Rien ne relie le scellé antérieur au registre."
    fi
fi
if [ "$status" -ne 0 ]; then
    echo "NON CONFORME"
elif [ "$blind" -ne 0 ]; then
    unchecked "vérifier la signature du scellé. Installez openssl 3, ou bc"; status=2
else
    echo CONFORME; conclude
fi
echo; echo "Empreinte de la clé publique, à comparer à celle que le service publie :"
echo "  $(sed -n 2p cle-publique.pem | b64 | digest)"
exit "$status"
