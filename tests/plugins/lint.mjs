// Parses PHP files with one version of PHP, compiled to WebAssembly: node lint.mjs 8.4 file.php …; prints what is wrong.
import { readFileSync } from "node:fs";
import { loadPHPRuntime, PHP } from "@php-wasm/universal";

const [version, ...files] = process.argv.slice(2);
const { getPHPLoaderModule } = await import(`@php-wasm/node-${version.replace(".", "-")}`);
const php = new PHP(await loadPHPRuntime(await getPHPLoaderModule()));
php.writeFile("/files.json", JSON.stringify(Object.fromEntries(files.map((file) => [file, readFileSync(file, "utf8")]))));
php.writeFile("/lint.php", `<?php
$files = json_decode(file_get_contents('/files.json'), true);
foreach ($files as $name => $code) {
    try {
        token_get_all($code, TOKEN_PARSE);
    } catch (ParseError $error) {
        echo "$name:", $error->getLine(), ": ", $error->getMessage(), "\\n";
    }
}
echo PHP_VERSION, " ", count($files), "\\n";
`);
const done = await php.run({ scriptPath: "/lint.php" });
process.stdout.write(done.text);
process.stderr.write(done.errors);
process.exit(done.exitCode);
