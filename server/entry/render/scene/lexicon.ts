import type { Camera, ColourName, Light, Mood, Place, Season, Subject, Time, Weather } from './spec.ts';

type Words<T extends string> = Readonly<Record<T, string>>;

/** Regular expressions. English words match whole (plural s or es included), Chinese ones anywhere; the longest match wins its letters. */
export const PLACE_WORDS: Words<Place> = {
  sea: 'sea|ocean|wave|bay|harbor|harbour|port|cliff|coast|pier|sail|sailing|marine|pacific|atlantic|tide|fjord|大海|海面|海浪|海洋|海上|海港|海|港口|港湾|波浪|巨浪|悬崖|航海|洋',
  beach:
    'beach|island|shore|seaside|tropical|lagoon|surf|maldives|hawaii|palm beach|沙滩|海滩|海边|海岸|岛屿|小岛|岛|热带|海角',
  mountains:
    'mountain|peak|ridge|alps|alpine|himalaya|himalayas|hill|summit|valley|canyon|volcano|highland|mount|everest|fuji|雪山|高山|群山|山脉|山谷|山峰|峡谷|火山|富士山|喜马拉雅|山顶|山',
  city: 'city|cities|town|street|urban|skyline|skyscraper|downtown|tokyo|shanghai|beijing|new york|paris|london|hong kong|alley|building|metropolis|market|rooftop|subway|shibuya|manhattan|nightlife|城市|都市|街道|街头|大街|街|高楼|摩天|上海|北京|香港|东京|纽约|小巷|巷|楼|夜市|市中心',
  forest:
    'forest|wood|woods|woodland|jungle|rainforest|grove|redwood|bamboo|tree trunk|fern|taiga|fairy|fairies|enchanted|森林|树林|丛林|雨林|竹林|林间|林',
  desert:
    'desert|dune|sahara|sand|sands|mesa|oasis|cactus|camel|egypt|pyramid|arid|mars|沙漠|沙丘|戈壁|大漠|荒漠|骆驼|绿洲|敦煌|火星',
  space:
    'space|galaxy|galaxies|planet|cosmos|cosmic|universe|nebula|orbit|orbital|astronaut|spaceship|spacecraft|starship|saturn|jupiter|the moon surface|lunar|black hole|interstellar|asteroid|sci-fi|宇宙|太空|星系|银河系|行星|星球|星云|月球|黑洞|星际|土星|飞船|科幻',
  room: 'room|window|indoor|interior|kitchen|bedroom|cafe|coffee|library|desk|sofa|armchair|studio|cozy|home office|apartment|office|restaurant|bookshop|classroom|cup|tea|房间|室内|窗边|窗前|窗户|窗|卧室|厨房|咖啡馆|咖啡|图书馆|书房|客厅|教室|办公室|茶',
  underwater:
    'underwater|under the sea|deep sea|coral|reef|seabed|undersea|diver|diving|scuba|mermaid|aquarium|abyss|submarine|水下|海底|深海|珊瑚|潜水|美人鱼|水族馆',
  snow: 'snowy|snow field|snowfield|ice|icy|glacier|arctic|antarctic|antarctica|winter|frozen|tundra|christmas|north pole|iceland|ski|skiing|sled|igloo|cabin|雪地|雪原|雪景|冰雪|冰川|极地|北极|南极|冬天|冬季|冬日|圣诞|滑雪|冰岛|雪',
  meadow:
    'meadow|field|grass|grassland|prairie|farm|flower|garden|countryside|wheat|lavender|sunflower|pasture|steppe|savanna|savannah|park|orchard|rice|tulip|poppy|poppies|village|草原|草地|田野|麦田|花田|花园|花海|田|乡村|村庄|农场|向日葵|薰衣草|公园|原野|(?<![烟火雪樱浪])花',
  river:
    'river|lake|pond|stream|waterfall|creek|canal|swamp|marsh|wetland|reflection|yangtze|lily|lotus|湖面|湖泊|湖|河流|小溪|河|江|溪|瀑布|池塘|荷塘|荷花|倒影|水乡|西湖|漓江|桂林',
  clouds:
    'cloud|above the clouds|sky|heaven|heavenly|flying|flight|sea of clouds|floating island|air|aerial|云海|云端|云朵|天空|空中|云|飞翔|飞行|天堂|天上',
  road: 'road|highway|route 66|road trip|driving|drive|motorway|freeway|path|journey|street race|公路|高速公路|道路|马路|旅途|路上|自驾|路',
};

export const TIME_WORDS: Words<Time> = {
  dawn: 'dawn|sunrise|morning|daybreak|first light|清晨|黎明|日出|早晨|朝阳|晨曦|晨光|拂晓',
  day: 'day|daytime|noon|midday|sunny|bright|daylight|blue sky|afternoon|白天|中午|正午|晴天|阳光明媚|蓝天|下午|晴朗',
  golden:
    'golden hour|golden|golden light|warm light|late afternoon|sunlight|sunlit|sunshine|金色时刻|金色|阳光|暖阳|午后',
  sunset: 'sunset|sundown|setting sun|red sky|fiery sky|日落|夕阳|落日|晚霞|火烧云|黄昏日落|余晖',
  dusk: 'dusk|twilight|blue hour|evening|nightfall|gloaming|黄昏|傍晚|暮色|薄暮|蓝调',
  night:
    'night|midnight|moonlit|moonlight|starry|starlit|nocturnal|nighttime|darkness|夜晚|夜空|夜色|夜里|深夜|午夜|月夜|星夜|夜景|夜|月光|星空',
};

export const WEATHER_WORDS: Words<Weather> = {
  rain: 'rain|rainy|raining|rainfall|drizzle|shower|monsoon|downpour|umbrella|下雨|雨天|雨中|雨夜|细雨|暴雨|大雨|雨滴|雨伞|雨',
  snow: 'snow|snowing|snowfall|snowy|snowflake|blizzard|snowstorm|下雪|飘雪|大雪|雪花|暴风雪|雪中|雪',
  petals: 'petal|blossom|cherry blossom|sakura|spring|plum blossom|peach blossom|樱花|花瓣|桃花|梅花|落花|春天|春日|春',
  leaves: 'falling leaves|autumn leaves|autumn|fall colors|maple|leaves|落叶|枫叶|秋叶|秋天|秋日|枫|秋',
  embers:
    'ember|fire|flame|burning|lava|volcano|spark|bonfire|campfire|inferno|blaze|war|battle|phoenix|火焰|火山|燃烧|余烬|篝火|烈火|岩浆|火花|战争|战场|凤凰|火(?![车箭锅星])',
  fireflies:
    'firefly|fireflies|magical|magic|fairy|fairies|enchanted|glowing particles|spirit|elf|elves|萤火虫|魔法|精灵|仙境|梦幻|奇幻|童话',
  bubbles: 'bubble|bubbles|泡泡|气泡|水泡',
  fog: 'fog|foggy|mist|misty|haze|hazy|smoke|smoky|mysterious|雾气|薄雾|迷雾|大雾|云雾|烟雾|雾|神秘',
  storm:
    'storm|stormy|lightning|thunder|thunderstorm|tempest|hurricane|typhoon|apocalypse|apocalyptic|暴风雨|闪电|雷雨|雷电|风暴|台风|雷|末日',
  dust: 'dust|dusty|sandstorm|windy|wind|dust storm|沙尘|沙尘暴|尘土|尘埃|风沙|大风|风(?![景车格暴铃筝])',
};

export const LIGHT_WORDS: Words<Light> = {
  neon: 'neon|cyberpunk|synthwave|vaporwave|hologram|holographic|futuristic|club|disco|霓虹灯|霓虹|赛博朋克|全息|未来感|未来',
  aurora: 'aurora|northern lights|aurora borealis|southern lights|极光|北极光',
  stars:
    'star|stars|starry|starlit|milky way|starlight|constellation|galaxy|cosmic|星空|星星|繁星|银河|星光|星夜|星辰|星',
  moon: 'moon|moonlight|moonlit|full moon|crescent|lunar|月亮|月光|满月|月夜|明月|月色|月牙|月',
  sun: 'sun|sunny|sunlight|sunbeam|sunshine|god rays|sun rays|sunrise|sunset|太阳|阳光|烈日|日光|夕阳|朝阳|落日|日出|日落',
  lanterns: 'lantern|paper lantern|sky lantern|candle|fairy lights|string lights|灯笼|孔明灯|天灯|烛光|蜡烛|彩灯|灯火',
  meteors: 'meteor|shooting star|comet|meteor shower|falling star|流星|流星雨|彗星',
  fireworks: 'firework|fireworks|celebration|new year|festival|烟花|烟火|焰火|庆典|新年|节日|春节',
};

export const SUBJECT_WORDS: Words<Subject> = {
  person:
    'person|man|woman|girl|boy|people|human|figure|traveler|traveller|hiker|wanderer|samurai|monk|knight|warrior|detective|hero|heroine|lady|guy|farmer|fisherman|photographer|musician|king|queen|princess|prince|wizard|witch|soldier|explorer|model|lone figure|artist|surfer|skier|diver|mermaid|人|男人|女人|女孩|男孩|少女|少年|姑娘|旅人|行人|武士|侠客|剑客|僧人|战士|骑士|公主|国王|仙女|老人|他|她',
  couple:
    'couple|lovers|two people|friends|wedding|bride|groom|kiss|kissing|hand in hand|情侣|恋人|夫妻|两个人|两人|新娘|婚礼|爱情|牵手|朋友',
  child: 'child|children|kid|kids|toddler|baby|little girl|little boy|孩子|小孩|儿童|小女孩|小男孩|宝宝|婴儿',
  dancer: 'dancer|dancing|dance|ballet|ballerina|舞者|跳舞|舞蹈|芭蕾|起舞',
  astronaut: 'astronaut|cosmonaut|spaceman|spacewoman|space suit|spacesuit|宇航员|航天员|太空人',
  robot: 'robot|android|mech|mecha|cyborg|droid|机器人|机甲|仿生人|机械',
  rider: 'rider|cowboy|horseman|horsewoman|on horseback|riding a horse|horse rider|knight on|骑马|牛仔|骑手|马背',
  horse: 'horse|stallion|mustang|pony|unicorn|mare|骏马|白马|黑马|独角兽|马(?![路上])',
  wolf: 'wolf|wolves|fox|coyote|狼|狐狸|狐',
  dog: 'dog|puppy|puppies|corgi|husky|retriever|shiba|小狗|狗狗|柯基|柴犬|哈士奇|狗|犬',
  cat: 'cat|kitten|kitty|feline|小猫|猫咪|猫',
  deer: 'deer|stag|elk|reindeer|moose|antelope|fawn|麋鹿|小鹿|驯鹿|鹿',
  elephant: 'elephant|mammoth|大象|猛犸|象',
  birds:
    'bird|birds|flock|seagull|gull|crow|raven|swallow|pigeon|dove|geese|goose|crane|sparrow|飞鸟|鸟群|海鸥|乌鸦|燕子|鸽子|大雁|仙鹤|鹤|鸟',
  eagle: 'eagle|hawk|falcon|owl|phoenix|condor|雄鹰|老鹰|鹰|猫头鹰|凤凰',
  dragon: 'dragon|wyvern|巨龙|飞龙|中国龙|龙',
  butterflies: 'butterfly|butterflies|moth|dragonfly|蝴蝶|蜻蜓',
  whale: 'whale|orca|humpback|shark|dolphin|鲸鱼|鲸|鲨鱼|海豚|虎鲸',
  fish: 'fish|fishes|koi|goldfish|salmon|school of fish|鱼群|锦鲤|金鱼|鱼',
  jellyfish: 'jellyfish|medusa|octopus|squid|水母|章鱼',
  turtle: 'turtle|tortoise|sea turtle|海龟|乌龟',
  boat: 'boat|sailboat|yacht|canoe|kayak|raft|rowboat|gondola|sailing|帆船|小船|渔船|扁舟|竹筏|小舟|船',
  ship: 'ship|galleon|pirate|pirates|frigate|ferry|cruise|steamer|tanker|viking|轮船|海盗|巨轮|战舰|游轮',
  train: 'train|locomotive|railway|tram|steam engine|subway|metro|rail|火车|列车|高铁|地铁|电车|铁路|蒸汽',
  car: 'car|truck|van|taxi|convertible|sports car|driving|drive|vehicle|bus|motorcycle|racing|race|汽车|跑车|轿车|卡车|出租车|巴士|摩托|车|驾驶|赛车',
  bicycle: 'bicycle|bike|cyclist|cycling|biking|自行车|单车|骑行|骑车',
  balloon: 'hot air balloon|balloon|airship|zeppelin|blimp|热气球|气球|飞艇',
  rocket: 'rocket|spaceship|spacecraft|starship|shuttle|launch|ufo|火箭|飞船|宇宙飞船|航天飞机|发射|飞碟',
  plane: 'plane|airplane|aeroplane|aircraft|jet|glider|paper plane|biplane|飞机|客机|纸飞机|滑翔',
  lighthouse: 'lighthouse|beacon|灯塔',
  house: 'house|cottage|cabin|hut|barn|home|farmhouse|village|town|lodge|木屋|小屋|房子|农舍|村庄|村',
  castle: 'castle|palace|fortress|tower|kingdom|citadel|ruin|ruins|medieval|城堡|宫殿|要塞|王国|塔|遗迹|废墟|古堡',
  pagoda: 'pagoda|temple|shrine|torii|monastery|japanese|chinese|zen|寺庙|宝塔|神社|古寺|亭子|寺|庙|古风|江南|禅',
  windmill: 'windmill|wind turbine|mill|风车|风力',
  tree: 'tree|oak|lone tree|willow|bonsai|cherry tree|cherry blossom|sakura|maple|大树|古树|柳树|樱花树|樱花|孤树|枫树|树',
  palm: 'palm|palm tree|coconut|tropical|椰子|椰树|棕榈|热带',
  campfire: 'campfire|bonfire|camping|tent|camp|篝火|露营|帐篷|营地',
  lantern: 'lantern|paper lantern|sky lantern|灯笼|孔明灯|天灯',
};

export const COLOUR_WORDS: Words<ColourName> = {
  red: 'red|crimson|scarlet|ruby|blood|红色|赤|血色|红',
  orange: 'orange|amber|copper|rust|橙色|橙|橘色|琥珀',
  gold: 'gold|yellow|honey|黄色|金黄',
  green: 'green|emerald|jade|lime|moss|绿色|翠绿|碧绿|绿|翠',
  teal: 'teal|turquoise|cyan|aqua|青色|青(?![年春少])|碧',
  blue: 'blue|azure|sapphire|cobalt|indigo|navy|蓝色|蔚蓝|深蓝|蓝',
  purple: 'purple|violet|lavender|magenta|lilac|紫色|紫',
  pink: 'pink|rose|peach|fuchsia|cherry blossom|sakura|粉色|粉红|樱花|桃花|粉',
  white: 'white|silver|pale|ivory|白色|银色|雪白|白(?!天)',
  black: 'black|noir|obsidian|monochrome|黑色|黑白|黑',
};

export const SEASON_WORDS: Words<Season> = {
  spring: 'spring|blossom|cherry blossom|sakura|春天|春日|春季|春|樱花|桃花',
  summer: 'summer|tropical|夏天|夏日|夏季|盛夏|夏',
  autumn: 'autumn|fall colors|maple|autumn leaves|falling leaves|秋天|秋日|秋季|秋|枫叶|落叶|枫',
  winter: 'winter|snow|snowy|frozen|ice|icy|christmas|冬天|冬日|冬季|冬|雪|冰',
};

export const MOOD_WORDS: Words<Mood> = {
  calm: 'calm|peaceful|serene|quiet|tranquil|gentle|still|minimal|minimalist|zen|宁静|平静|安静|祥和|恬静|静谧|禅',
  dark: 'dark|gloomy|moody|noir|ominous|eerie|haunted|horror|gothic|abandoned|lonely|黑暗|阴暗|恐怖|阴森|孤独|废弃|荒凉',
  warm: 'warm|cozy|cosy|romantic|nostalgic|happy|joyful|tender|love|hopeful|温暖|温馨|浪漫|幸福|怀旧|希望|快乐',
  dreamy:
    'dreamy|dream|surreal|magical|fantasy|ethereal|fairytale|whimsical|enchanted|pastel|梦幻|梦境|梦|奇幻|童话|唯美|仙境',
  vivid: 'vivid|vibrant|colorful|colourful|epic|dramatic|saturated|spectacular|绚丽|鲜艳|五彩|史诗|壮丽|震撼|壮观',
  vintage: 'vintage|retro|film grain|old film|sepia|1970s|1980s|analog|kodak|复古|老电影|胶片|年代|怀旧',
};

export const CAMERA_WORDS: Words<Camera> = {
  'pan-left': 'pan left|moving left|向左|左移',
  'pan-right':
    'pan|panning|pan right|tracking|tracking shot|side view|follow|following|running|galloping|平移|横移|跟拍|奔跑|奔腾|向右|飞奔',
  'push-in': 'push in|zoom in|dolly|dolly in|close-up|approach|slow zoom|推进|推镜头|特写|靠近|拉近',
  'pull-out': 'pull out|zoom out|pull back|dolly out|wide shot|reveal|establishing shot|拉远|远景|全景|后退',
  rise: 'aerial|drone|rising|crane shot|rise|ascending|fly over|flyover|航拍|升起|俯瞰|鸟瞰|无人机|上升',
};

export const CINEMATIC_WORDS = 'cinematic|film|movie|epic|anamorphic|noir|blockbuster|电影感|电影|大片|史诗';
