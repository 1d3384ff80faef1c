import QtQuick
import QtQuick.Layouts
import "../../theme"
import "../../controls"

// What a platform states of a product: strain, potencies, effects, flavours, who may buy it.
ColumnLayout {
    id: about
    property var facts: ({})
    readonly property var kinds: [facts.strain_type ? CounterWords.strain(facts.strain_type) : "", facts.strain || ""].filter(text => text)

    component Line: RowLayout {
        property string label: ""
        property var words: []
        Layout.fillWidth: true
        spacing: 12
        visible: words.length > 0
        AppText { Layout.alignment: Qt.AlignTop; Layout.preferredWidth: Math.round(88 * Theme.scale); Layout.topMargin: 5; font.pixelSize: Theme.small; muted: true; text: parent.label; wrapMode: Text.Wrap }
        Flow {
            id: tags
            Layout.fillWidth: true
            spacing: 6
            Repeater {
                model: parent.parent.words
                Tag { required property string modelData; most: tags.width; text: modelData }
            }
        }
    }
    spacing: 8
    Line { label: qsTr("Strain"); words: about.kinds }
    Line { label: qsTr("Potency"); words: (fmt.locale, (about.facts.potencies || []).map(row => CounterWords.potency(row))) }
    Line { label: qsTr("Effects"); words: about.facts.effects || [] }
    Line { label: qsTr("Flavours"); words: about.facts.flavours || [] }
    RowLayout {
        Layout.fillWidth: true
        spacing: 8
        visible: !!about.facts.medical_only || about.facts.minimum_age > 0
        Badge { meaning: "attention"; iconName: "medical-bag"; text: qsTr("Patients only"); visible: !!about.facts.medical_only }
        Badge { meaning: "attention"; iconName: "card-account-details-outline"; text: qsTr("From %1 years on").arg(about.facts.minimum_age || 0); visible: about.facts.minimum_age > 0 }
    }
    Item { implicitHeight: 4 }
}
