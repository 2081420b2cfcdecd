import type { PhraseGroup, WordGroup } from '../word-group.ts'

/** English words people use of companies and that AFINN lacks or weighs for another use; these win over AFINN. */
export const englishBrandWords: readonly WordGroup[] = [
  {
    valence: -4,
    words: `scam scams scammed scammer scammers scamming boycott boycotting boycotted boycotts disgusting disgusted horrendous
      atrocious abysmal deplorable unforgivable despicable wtf garbage ripoff`,
  },
  {
    valence: -3,
    words: `rude rudest unhelpful unprofessional incompetent incompetence nightmare joke clueless shady predatory overpriced
      unacceptable ridiculous fraudulent pathetic useless liars liar lied lying crappy sucks sucked suck shitty shit bs bullshit
      unreliable appalling disgrace disgraceful shame shameful furious livid stranded stole stolen screwed ruined robbery smh ffs`,
  },
  {
    valence: -2,
    words: `delayed delay delays cancelled canceled cancellation cancellations cancelling canceling rebook rebooked missed missing
      lost broken broke outage outages downtime crash crashed crashes crashing glitch glitches glitchy buggy freezes frozen laggy lag
      refund refunds refunded overbooked overcharged overcharge uncharged unanswered ignored ignoring ignores hung disconnected
      waited stuck unresolved unresponsive misplaced damaged defective faulty leaked leak breach breached hacked
      hack exposed lawsuit sued suing recall recalled fiasco mess messed messy chaos understaffed unorganized disorganized complaint
      complaints complain complained complaining frustrated frustrating frustration disappointed disappointing disappointment worst worse
      failed failing fail fails failure poor poorly slow slower slowest dirty filthy smelly stale moldy expired cheated
      misleading misled deceptive overheats hideous annoying annoyed inconvenient inconvenience inconvenienced hassle nope ugh wth
      unhappy unsatisfied dissatisfied uncomfortable unsafe cramped kidding excuses excuse`,
  },
  {
    valence: -1,
    words: `hold waiting why queue lines seriously still supposedly apparently nobody nothing
      dont doesnt didnt wont isnt arent havent hasnt aint wasnt couldnt anymore`,
  },
  {
    valence: 0,
    words: `like please pretty no yes want united super natural chance matter wish big
      miss forget help support care feeling slam crazy agree kind share leading save justice ill rose clear spirit dear rich`,
  },
  {
    valence: 2,
    words: `lmao lol kudos props shoutout seamless seamlessly smoothly reliable responsive courteous attentive professional
      helpful restocked upgraded upgrade refreshing speedy promptly prompt hassle-free stress-free cheers birthday forward`,
  },
  {
    valence: 3,
    words: `thx thanx thnx thankyou thnks tysm ty appreciate appreciated appreciates appreciative yay woohoo yum yummy delicious tasty
      stoked lifesaver flawless impeccable stellar superb phenomenal epic gorgeous incredible blessed pumped congrats`,
  },
]

/** English phrases whose sense is not the sum of their words. */
export const englishBrandPhrases: readonly PhraseGroup[] = [
  {
    valence: -3,
    phrases: `never again, rip off, ripped off, waste of, fed up, sick of, tired of, piece of, hung up, no response, no answer, no help,
      no reply, no refund, let down, shut down, so bad, cant believe, joke of, worst customer, bad customer, poor customer, on hold,
      still waiting, been waiting, get it together, do better, bait and switch, stay away, lost luggage, lost my, lost bag, lost bags,
      customer disservice, no longer fly, never fly, never flying, fell apart, fall apart`,
  },
  {
    valence: -2,
    phrases: `not working, does not work, doesnt work, didnt work, wont work, wont let, wont load, not loading, not happy, not helpful,
      not acceptable, not good, not ok, not okay, not cool, no luck, late flight, flight late, hours late, sitting on, sat on, stuck on, waiting for,
      not even, how hard, what happened, whats wrong, too expensive, too late, too slow, too long, too bad, over an hour, where is my,
      wheres my, keep getting, keeps crashing, cannot get, cant get, unable to, refuse to, refused to, refuses to, failed to`,
  },
  {
    valence: 0,
    phrases: `kind of, some kind, want to, would like, looks like, look like, feel like, seems like, like a, like the, no problem`,
  },
  {
    valence: 3,
    phrases: `thank you, cant wait, well done, good job, great job, keep it up, keep up, much appreciated, customer for life, hats off, shout out,
      made my day, so much better, looking forward, so excited, highly recommend, best customer, no complaints, love it`,
  },
]
