// Checks what `demo --json` printed: node tests/node/demo-verdicts.mjs RESULT.json REPORT.html
// One line for each verdict; exit code 1 when one of them does not hold.
import { readFileSync, statSync } from 'node:fs';

const [resultFile, reportFile] = process.argv.slice(2);
const result = JSON.parse(readFileSync(resultFile, 'utf8'));
const isScore = value => typeof value === 'number' && value >= 0 && value <= 1;
const gaining = result.banks.filter(bank => bank.consortiumAveragePrecision > bank.ownAveragePrecision);

const verdicts = {
  'the encrypted model is the pooled one': result.identicalToPooled === true && result.modelDigest === result.pooledDigest && /^[0-9a-f]{64}$/.test(result.modelDigest),
  'five banks trained': result.banks.length === 5 && result.rounds > 10,
  'every bank is judged under three models': result.banks.every(bank => isScore(bank.ownAveragePrecision) && isScore(bank.consortiumAveragePrecision) && isScore(bank.pooledAveragePrecision)),
  'the consortium scores as the pool does': result.banks.every(bank => bank.consortiumAveragePrecision === bank.pooledAveragePrecision),
  'most banks gain': 2 * gaining.length > result.banks.length,
  'the banks voted for the model': result.vote.isAdopted && result.vote.void === 0 && 2 * result.vote.accepting > result.banks.length
    && result.vote.accepting + result.vote.rejecting + result.vote.abstaining === result.banks.length,
  'bytes were counted': result.wireBytesPerBank > 0 && result.banks.every(bank => bank.bytesSent > 0 && bank.bytesReceived > 0),
  'trainings and vote were timed': result.voteSeconds > 0 && result.trainSeconds > 0 && result.pooledTrainSeconds > 0,
  'the report is there': statSync(reportFile).size > 50_000,
};
for (const [verdict, holds] of Object.entries(verdicts)) {
  console.log(`${holds ? 'ok  ' : 'FAIL'} ${verdict}`);
}

console.log(`${result.rounds} rounds, ${(result.wireBytesPerBank / 1e6).toFixed(1)} MB a bank; ${result.trainSeconds.toFixed(1)} s encrypted, `
  + `${(result.trainSeconds / result.pooledTrainSeconds).toFixed(1)} x pooled, ${result.voteSeconds.toFixed(1)} s for the vote; ${gaining.length} of ${result.banks.length} banks gain, ${result.vote.accepting} accept`);
process.exit(Object.values(verdicts).every(Boolean) ? 0 : 1);
