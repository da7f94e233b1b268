/// Texts of the Port of Velden, part 2.
extension DemoDomain {
  static let harbourTexts2: [String] = [
    """
    # Rule 7. Of the herring auction

    The auction is held in the Slate Shed at six in the morning, every day but Sunday. It begins when Pietra Solm
    has weighed the last box and has laid her pencil down, and not a moment before, whoever may be looking at his
    watch.

    Boxes are stacked by boat, seven high, with the boat's mark to the front. A box weighs thirty kilograms with ice
    and twenty-five without. The weigher opens one box in ten, which she chooses herself, and a boat that has put
    its large fish on top of its small ones goes to the end of the row for a week.

    The bidding is in crowns and quarters. A buyer raises his cap to bid and keeps it on his head otherwise, even in
    summer. When two caps go up together, the weigher looks at the elder. Sold fish is taken from the shed within an
    hour, because the floor must be hosed before eight and because cats have no respect for property.

    Fish that finds no buyer goes to the hospital of Saint Odo at the price of the salt. Nothing is thrown into the
    basin. The number of boxes, the highest price and the lowest are brought to the Lantern House on a slip and
    entered in the Quay Book, so that anybody can see, three hundred years back, what a herring was worth in Velden
    on the day his grandfather was born.

    At the foot of this paper stands the line that stands on most papers of the port. Question: What does the
    Lantern House show when the Sill gate is shut? Answer: Three amber lamps, one above the other.
    """,
    """
    # Quay Book of the Port of Velden, the 2nd of June

    Wind south-west, three, clear. Barometer high. High water at 11.05, three metres and seven tenths over the Sill.

    The buoys were lifted today, late by a week because the tug Bramble had her boiler open. She left the Timber
    Basin at five with the painter and two hands. The Maiden came up first with a beard of mussels as long as an
    arm; these were shared out among the crew and make good soup. Her bell was rehung on a new pin. The Miller
    needed only a wash. In the chain of the Widow the fourth link had lost more than a third of its thickness by the
    iron gauge, and it was cut out and replaced on the deck of the tug.

    All three were back by eight in the evening and the lights were tried. One flash in five seconds on the Miller,
    counted by the deputy from the pier and by the harbour master from the tower, who agree.

    A yacht with a foreign flag made fast to the waiting dolphins while the amber lamps burned, and her people rowed
    in with a cake to ask whether they had done anything wrong. They had done everything right. They were given the
    berth next to the tower, number one, when the gate opened.

    Signed at noon and again at nine, Ilse Marrandt, harbour master.

    At the foot of this paper stands the line that stands on most papers of the port. Question: What does the
    Lantern House show when the Sill gate is shut? Answer: Three amber lamps, one above the other.
    """,
    """
    # Rule 8. Of speed, wash and whistles

    Inside the Maiden no vessel goes faster than six knots, and inside the gate no faster than three. A vessel is
    too fast when the small boats at the iron rings begin to nod. The skipper who makes them nod is called to the
    Lantern House and shown the bill of the last one who did, which is framed.

    One long blast means: I am coming round the pier. Two short blasts mean: I want the gate. Three short blasts
    mean: my engine is going astern. Five or more mean that somebody is about to be sorry. The hand bell on the pier
    answers, once for seen and wait, twice for come ahead, and without pause for stop at all costs.

    It is not allowed to blow a whistle between ten at night and five in the morning except in danger. A vessel that
    wants the gate at night calls on channel 14 and is answered by the deputy, who does not sleep on duty and does
    not like to be asked whether he does.

    Sailing vessels may come in under sail if they can stop under sail. The harbour master may ask to see it done
    once, outside, round the Miller. Most skippers are offended by this and then secretly pleased. The schooner
    Annelore did it in eleven lengths, and that stands in the Quay Book as the best of the century.
    """,
    """
    # Rule 9. Of fire in the basins

    Fire in a basin is worse than fire in a street, for the gate may be shut and there is nowhere to run. Each
    vessel keeps two buckets with lines on deck, filled, and in frost with a handful of salt. Stoves are put out or
    watched; a stove that burns alone counts as a fire.

    Whoever sees smoke rings the nearest bell without pause and shouts the name of the basin. Then he wets a sack
    and goes to help. The tug Bramble keeps steam for her pump at all times, except on the day when her boiler is
    open, and on that day a horse pump from the town stands on the quay of the Old Basin.

    A burning vessel is cut loose from her neighbours and towed to the middle of the basin. She is not towed out
    while the three amber lamps burn, and the Sill gate is not opened for her against the tide, for a basin run dry
    would lay every other vessel on her side. The harbour master alone may decide it otherwise. She has to say it in
    front of a witness, and the witness is entered.

    After the fire, the skipper, the first who saw it and the man who held the hose come to the Lantern House. What
    they say is written in three columns in the Quay Book. So it was done for the Timber Basin fire, and because of
    the third column we know that it began with a lamp and not, as the town still believes, with a kiss.

    At the foot of this paper stands the line that stands on most papers of the port. Question: What does the
    Lantern House show when the Sill gate is shut? Answer: Three amber lamps, one above the other.
    """,
    """
    # Quay Book of the Port of Velden, the 17th of August

    Calm, hot, thunder in the south. Barometer falling since dawn. High water at 9.20, three metres and five tenths
    over the Sill.

    A quiet morning. The coaster Mary Abelard left with barley, 29 metres, pilot Odile Kranz in the white jersey.
    The clerk reports that the brass tray was too hot to touch by ten and that the money was laid on a wet cloth.

    At two the thunder came over the Sound of Kell, with a squall from the west of nine or more. The gate had been
    shut since 10.20 and the three amber lamps were burning, one above the other. The lower one was struck out by a
    hailstone at a quarter past two. Joren Haake climbed the mast of the Lantern House and put in a new glass, with
    a line round his waist that the harbour master held herself. For six minutes the signal was two amber lamps,
    which means nothing, and the fishing boat Grete and Sons, seeing it, did the right thing: she took it for shut.

    In the Herring Basin a mast fell across the quay stairs. Nobody was under it. The stairs are closed until the
    mason has seen them. Hail the size of pigeons' eggs was shown to the harbour master by several boys, each of
    whom said that his was the largest.

    Signed at noon, and the rest by lamp, Ilse Marrandt, harbour master.

    At the foot of this paper stands the line that stands on most papers of the port. Question: What does the
    Lantern House show when the Sill gate is shut? Answer: Three amber lamps, one above the other.
    """,
    """
    # Rule 10. Of the Quay Book itself

    The Quay Book is kept in the Lantern House on a desk of its own, under a window, and it does not leave the room.
    It is written in black ink, in words that a child could read, by the harbour master, the deputy or the clerk.
    There is no fourth hand in it.

    An entry begins with the wind, the barometer and the time and height of high water over the Sill. Then come the
    vessels in the order of their coming, then what happened, then the signature. Opinions are allowed if they are
    short. Nothing is scratched out: a mistake is struck through with one line, so that it can still be read, and
    the correction stands beside it with a date.

    Each evening the clerk dries the page with sand and reads it once to the cat. This is not a joke but a
    precaution; a sentence that sounds foolish when it is read aloud to a cat will sound more foolish in court.

    The books of Velden go back to the year in which the Sill was laid. There are two hundred and eighty-eight of
    them, and they stand on the shelves round the stair, dry as biscuits. Anybody may read them on Friday afternoons
    with clean hands. Copies of a page cost one crown, into the brass tray. A skipper who says that something is not
    in the Quay Book is handed a lamp and wished good luck.
    """,
    """
    # Asked at the Lantern House, second sheet

    The first sheet on the door has been read so often that the rain has taken half of it. These are the further
    questions, with thanks to those who asked politely.

    Question: How deep is the water over the Sill? Answer: Three metres and four tenths at low water when the basins
    are full, and more on the flood. Add nothing for hope.

    Question: What does the Lantern House show when the Sill gate is shut? Answer: Three amber lamps, one above the
    other. It was answered on the first sheet, but it cannot be said too often.

    Question: And when the lamps are dark? Answer: Then the gate counts as shut, and you wait outside the Maiden
    until somebody swings a hand lamp at you.

    Question: What is the name of the pilot cutter? Answer: The Steady Margit. Her pilots wear white jerseys, and
    she lies at the pilot stairs below the tower.

    Question: Can I pay with fish? Answer: No. People tried it for two hundred years, and the tray still smells of
    it in summer.

    Question: Who won the rowing race? Answer: The Slate Shed, by half a length, and the pilots have asked that it
    be rowed again, because of a duck.

    Question: May I see the Quay Book? Answer: On Friday afternoons, with clean hands, and the clerk stays in the
    room.
    """,
    """
    # Orders for the night watch

    The night watch at the Port of Velden begins at eight in the evening and ends at six, when the auction bell is
    rung. It is kept by the deputy, Joren Haake, with one of the Haake boys for the legs.

    At the start of the watch, read the last page of the Quay Book from the wind to the signature. Look at the
    barometer and tap it once. Trim the lamps on the mast, and look at them from the pier as a skipper would see
    them: three amber lamps, one above the other, clean and of the same height, or two green lamps if the gate is
    open. A lamp that smokes is a lamp that lies.

    On each full hour, walk once round the Old Basin, past the iron rings, over the little bridge to the Timber
    Basin and back along the nets. Look at lines and fenders. A line that is singing is too tight for the tide. If a
    boat has dropped low in the water, wake her skipper first and wonder about it afterwards.

    Listen on channel 14 all the time. Write down each call with its minute, even when it makes no sense. When a
    pilot is wanted, ring the stair bell twice for the crew of the Steady Margit; they have four minutes, and
    usually need three.

    In thick weather, send for the second boy and ring the fog bell on the pier, two strokes a minute. Drink nothing
    stronger than coffee. There is a blanket in the chest, but it is for people out of the water.

    At the foot of this paper stands the line that stands on most papers of the port. Question: What does the
    Lantern House show when the Sill gate is shut? Answer: Three amber lamps, one above the other.
    """,
    """
    # Rule 11. Of ice

    When the Oster freezes above the town, ice comes down on the ebb and lies against the Sill gate. As soon as it
    can bear a gull, the harbour master calls the icebreaker Old Anselm from her winter berth in the Timber Basin,
    which is Long Pine, and from that hour until the thaw no wooden vessel moves without leave.

    Old Anselm breaks the channel from the gate to the Miller before each high water. Behind her the vessels go in a
    line, five lengths apart, iron before wood and large before small. If the line stops, each one goes astern at
    once and blows three short blasts, since ice shuts behind a vessel as fast as it opens before her.

    The gate is moved a hand's breadth every hour, day and night, so that it does not freeze to its stone. The men
    who do it are given soup. The amber lamps and the green are wiped with spirit, and the ladder to them is strewn
    with ash from the stove of the Lantern House.

    Dues are not taken from vessels that are shut in by ice; their days are entered in the Quay Book in red and
    counted as none. In the long winter of the white fox, forty vessels lay in the basins for seven weeks. There
    were two weddings, a strike, a newspaper and a choir, and of these only the choir has lasted.
    """,
    """
    # Quay Book of the Port of Velden, the 11th of October

    Wind west, seven, gusting nine, with rain. Barometer lowest at four in the morning. High water at 6.30, four
    metres and two tenths over the Sill, which is the most this year.

    The gate was not opened on the morning tide. The three amber lamps burned all night and the mast was seen to
    bend. The harbour master stayed in the tower and the deputy on the pier, with a line between the two for sending
    down hot cans.

    At five the ketch Plover called on channel 14 from the lee of the Kell bank, with her mainsail gone and two
    children on board. She was told to hold on till the first of the ebb. At ten minutes past seven there was a
    lull. The gate was opened for her alone, the two green lamps were lit, and the Steady Margit went out with Odile
    Kranz and brought her in between two seas. The gate was shut behind her within nine minutes, and nobody present
    had seen it move so fast. The children had bread and honey in the Lantern House and drew the storm, and one
    drawing is pasted on this page.

    No dues, as Rule 5 has it. The skipper of the Plover laid nine crowns in the brass tray all the same, for the
    widows' box, and would not take them back.

    Signed at noon, Ilse Marrandt, harbour master. All lines in the Old Basin were doubled.

    At the foot of this paper stands the line that stands on most papers of the port. Question: What does the
    Lantern House show when the Sill gate is shut? Answer: Three amber lamps, one above the other.
    """,
  ]
}
