/** `maptrail whowas`: everyone who ever held an address, and what became of it. */

import { exitCodes } from "../base/errors.ts";
import { formatHex } from "../base/units.ts";
import { type WhowasAnswer, whowasText } from "../reports/whowas.ts";
import { callSites } from "../sites/call-sites.ts";
import { parseAddress } from "./io/address.ts";
import type { Io } from "./io/io.ts";
import { type RecordingChoice, reportDamage, withRecording } from "./open/database.ts";
import { reportNotes, type SiteChoice, siteOptions } from "./open/site-choice.ts";
import { askWhowas, type WhowasMoment } from "./passes/whowas-replay.ts";

export interface WhowasOptions extends RecordingChoice, SiteChoice, WhowasMoment {
  /** The address as it was typed: hexadecimal with or without 0x, `_` allowed. */
  readonly address: string;
  readonly json?: boolean | undefined;
}

/** Returns the exit code: 3 when events could not be read. Throws UserErrors. */
export function showWhowas(options: WhowasOptions, io: Io): Promise<number> {
  return withRecording(options, io, async (open) => {
    const address = parseAddress(options.address);
    const sites = callSites(open.reader, open.row, siteOptions(options, io));
    const answers = askWhowas(open, address, options, io, sites);
    const text =
      options.json === true
        ? JSON.stringify({ recording: open.row.id, answers: answers.map(answerObject) })
        : whowasText(answers, io.out.style);
    await io.out.write(`${text}\n`);
    await reportNotes(sites, io);
    return (await reportDamage(open.reader, io)) ? exitCodes.damagedInput : exitCodes.ok;
  });
}

function answerObject({ address, owners, below, above, ...answer }: WhowasAnswer): object {
  return {
    address: formatHex(address),
    ...answer,
    atNanos: Math.round(answer.atNanos),
    owners: owners.map((owner) => ({
      ...owner,
      start: formatHex(owner.start),
      end: formatHex(owner.end),
      from: owner.from ?? null,
      to: owner.to ?? null,
      loss: owner.loss ?? null,
      movedTo: owner.movedTo === undefined ? null : formatHex(owner.movedTo),
    })),
    below: below ?? null,
    above: above ?? null,
  };
}
